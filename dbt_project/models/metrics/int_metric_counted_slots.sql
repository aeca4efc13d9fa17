{{ counted_metrics('slots') }}

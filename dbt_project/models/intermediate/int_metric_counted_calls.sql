{{ counted_metrics('calls') }}

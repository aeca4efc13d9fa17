{{ counted_metrics('actions') }}

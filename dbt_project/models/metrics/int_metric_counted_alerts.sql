{{ counted_metrics('alerts') }}

{{ counted_metrics('links') }}

{{ counted_metrics('promises') }}

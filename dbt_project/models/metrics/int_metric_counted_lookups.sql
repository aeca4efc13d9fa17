{{ counted_metrics('lookups') }}

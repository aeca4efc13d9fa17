{{ counted_metrics('episodes') }}

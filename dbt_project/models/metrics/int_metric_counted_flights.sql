{{ counted_metrics('flights') }}

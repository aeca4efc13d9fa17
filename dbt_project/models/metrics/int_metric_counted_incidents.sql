{{ counted_metrics('incidents') }}

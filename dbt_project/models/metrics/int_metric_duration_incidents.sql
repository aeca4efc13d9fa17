{{ duration_metrics('incidents') }}

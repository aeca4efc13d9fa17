{{ duration_metrics('calls') }}

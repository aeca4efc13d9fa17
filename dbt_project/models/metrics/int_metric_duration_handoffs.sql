{{ duration_metrics('handoffs') }}

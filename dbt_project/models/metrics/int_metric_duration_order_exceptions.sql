{{ duration_metrics('order_exceptions') }}

{{ survival_metrics('order_exceptions') }}

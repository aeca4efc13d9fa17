{{ difference_metrics('order_exceptions') }}

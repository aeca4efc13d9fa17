{{ counted_metrics('order_exceptions') }}

{{ averaged_metrics('order_exceptions') }}

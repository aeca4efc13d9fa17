{{ averaged_metrics('orders') }}

{{ counted_metrics('cart_orders') }}

{{ weighted_metrics('cart_orders') }}

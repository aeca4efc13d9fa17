{{ ratio_metrics('cart_orders') }}

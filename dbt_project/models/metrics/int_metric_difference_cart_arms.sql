{{ difference_metrics('cart_arms') }}

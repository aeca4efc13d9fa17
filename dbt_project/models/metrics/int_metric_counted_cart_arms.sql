{{ counted_metrics('cart_arms') }}

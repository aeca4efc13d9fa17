{{ counted_metrics('cart_calls') }}

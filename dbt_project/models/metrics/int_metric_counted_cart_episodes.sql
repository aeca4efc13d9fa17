{{ counted_metrics('cart_episodes') }}

{{ averaged_metrics('cart_episodes') }}

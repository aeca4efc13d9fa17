{{ survival_metrics('cart_episodes') }}

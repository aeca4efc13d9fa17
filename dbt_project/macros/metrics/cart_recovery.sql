{# Metrics of abandoned carts, put together from the other files cart_*.sql, and the facts that hold their units. #}
{% macro cart_recovery_metrics() %}
    {% do return(
        cart_outcome_metrics()
        + cart_question_metrics()
        + cart_discount_metrics()
        + cart_consent_metrics()
        + cart_contact_metrics()
    ) %}
{% endmacro %}


{#
    An episode matures from its first attempt, and by intention to treat from its abandonment. By arm it has no dimension
    that only a contact gives: those are empty in the holdout.
#}
{% macro cart_recovery_facts() %}
    {% set episode_dimensions = [
        'source', 'segment', 'owner', 'outcome', 'region', 'product_category', 'reason_code', 'phase',
    ] %}
    {% do return({
        'cart_episodes': {
            'relation': 'fct_cart_episodes', 'week': 'week_start_date', 'at': 'first_attempt_at',
            'dimensions': episode_dimensions,
        },
        'cart_arms': {
            'relation': 'fct_cart_episodes', 'week': 'week_start_date', 'at': 'abandoned_at',
            'dimensions': ['segment', 'region', 'product_category', 'phase'],
        },
        'cart_orders': {
            'relation': 'fct_cart_orders', 'week': 'week_start_date', 'at': 'week_last_attempt_at',
            'dimensions': episode_dimensions,
        },
        'cart_calls': {
            'relation': 'fct_cart_calls', 'week': 'week_start_date', 'at': 'started_at',
            'dimensions': episode_dimensions,
        },
        'outreach': {
            'relation': 'fct_outreach_attempts', 'week': 'week_start_date', 'at': 'attempted_at',
            'dimensions': ['source', 'segment', 'owner', 'outcome', 'region', 'phase'],
        },
        'outreach_customers': {
            'relation': 'int_outreach_customers', 'week': 'week_start_date', 'at': 'last_delivered_at',
            'dimensions': ['segment', 'region', 'phase'],
        },
        'opt_outs': {
            'relation': 'fct_opt_outs', 'week': 'week_start_date', 'at': 'opted_out_at',
            'dimensions': ['segment', 'region', 'phase'],
        },
    }) %}
{% endmacro %}

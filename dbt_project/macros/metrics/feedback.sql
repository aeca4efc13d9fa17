{# Metrics of feedback items: are recurring failures closed, and did the fix help. #}
{% macro feedback_metrics() %}
    {% do return([
        {
            'id': 'M-31f', 'version': 1, 'name': 'Feedback loops closed',
            'formula': 'items whose owner fixed or dismissed them and that have not risen since / items that '
                ~ 'really rose',
            'fact': 'feedback_items', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_closed',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'feedback item, week of the first real rise',
            'source': 'answers of owners (review_decisions of the queue ops_feedback), as known now',
        },
        {
            'id': 'M-31v', 'version': 1, 'name': 'Fixes that worked',
            'formula': 'fixed items whose reason has surely fallen / fixed items whose weeks after the fix are '
                ~ 'over',
            'fact': 'feedback_items', 'kind': 'proportion',
            'denominator': 'is_effect_known', 'numerator': 'is_effect_verified',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'feedback item, week of the first real rise',
            'source': 'interval of the share after less the share before the fix',
        },
    ]) %}
{% endmacro %}


{# The owner is whom the failure is fed back to; a party is no carrier for some items, so they are not sliced by it. #}
{% macro feedback_facts() %}
    {% do return({
        'feedback_items': {
            'relation': 'fct_feedback_items', 'week': 'week_start_date', 'at': 'opened_at',
            'dimensions': ['owner', 'reason_code'],
        },
    }) %}
{% endmacro %}

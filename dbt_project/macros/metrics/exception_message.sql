{# Metrics of messages to customers about orders. #}
{% macro exception_message_metrics() %}
    {% do return([
        {
            'id': 'M-48c', 'version': 1, 'name': 'Contact after a proactive notice',
            'formula': 'share of customers in touch within 168 h from 24 h after the opening, with a notice by then '
                ~ 'less without one',
            'fact': 'order_exceptions', 'kind': 'difference',
            'denominator': 'is_followed_from_landmark', 'numerator': 'has_contact_after_landmark',
            'arm': 'has_notice_by_landmark',
            'window_hours': 192, 'is_published_provisional': false,
            'direction': 'down', 'unit': 'difference of shares',
            'grain': 'exception, week of opening',
            'source': 'an association, no effect: nobody was drawn by lot; landmark at 24 h, customers in touch before it left out',
        },
        {
            'id': 'M-48', 'version': 1, 'name': 'Duplicate customer messages',
            'formula': 'messages that repeat customer, order, purpose and order state version of one sent within the 24 '
                ~ 'h before / messages about an order',
            'fact': 'messages', 'kind': 'proportion',
            'denominator': 'order_id is not null', 'numerator': 'is_duplicate',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share',
            'grain': 'message, week of sending',
            'source': 'any channel; the version is the one the source names, else that of fct_order_states',
        },
        {
            'id': 'M-48t', 'version': 1, 'name': 'Template and rule coverage',
            'formula': 'notifications that name template and rule / notifications (order updates and alerts that no '
                ~ 'call asked for)',
            'fact': 'messages', 'kind': 'proportion',
            'denominator': 'is_notification', 'numerator': 'has_template_and_rule',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share',
            'grain': 'message, week of sending',
            'source': 'rule-based and templated',
        },
        {
            'id': 'M-49', 'version': 1, 'name': 'Contradictory messages',
            'formula': 'orders with a message that steps back or states another date than the message before, while the '
                ~ 'order state did not change / orders written to in the week',
            'fact': 'messaged_orders', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'has_contradiction',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share',
            'grain': 'order, week of the message',
            'source': 'consecutive messages that assert a state or a date',
        },
    ]) %}
{% endmacro %}

{# Metrics of what customers buy after a contact, by itself and against customers without one. #}
{% macro repeat_purchase_metrics() %}
    {% set metrics = [
        {
            'id': 'M-14a', 'version': 1, 'name': 'Repeat purchase after contact, 30 days',
            'formula': 'customers with a new order within 30 days after their first contact of the week / customers with'
                ~ ' a contact in the week',
            'fact': 'contacts', 'kind': 'survival',
            'denominator': 'is_first_of_week', 'numerator': 'has_order_30d',
            'event_hours': 'order_30d_hours', 'followup_hours': 'order_followup_30d_hours',
            'window_hours': 720, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'customer and week of contact',
            'source': 'an association and no effect: who calls about an order is a buyer already',
        },
        {
            'id': 'M-14b', 'version': 1, 'name': 'Repeat purchase after contact, 90 days',
            'formula': 'customers with a new order within 90 days after their first contact of the week / customers with'
                ~ ' a contact in the week',
            'fact': 'contacts', 'kind': 'survival',
            'denominator': 'is_first_of_week', 'numerator': 'has_order_90d',
            'event_hours': 'order_90d_hours', 'followup_hours': 'order_followup_90d_hours',
            'window_hours': 2160, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'customer and week of contact',
            'source': 'an association and no effect: who calls about an order is a buyer already',
        },
    ] %}
    {% for days in [30, 90] %}
        {% do metrics.append({
            'id': 'M-14c' ~ days, 'version': 1,
            'name': 'Repeat purchase after contact against no contact, ' ~ days ~ ' days',
            'formula': 'share of customers with a contact in the week who ordered within ' ~ days ~ ' days after its end, less'
                ~ ' that of customers without one weighed to the same segments and tenures; of those who had ordered'
                ~ ' before the week',
            'fact': 'purchase_arms', 'kind': 'difference',
            'denominator': 'is_compared', 'arm': 'is_contacting',
            'units': 'count_customers', 'numerator': 'count_buyers_' ~ days ~ 'd', 'weight': 'weight',
            'window_hours': days * 24, 'is_published_provisional': false,
            'direction': 'none', 'unit': 'difference of shares', 'grain': 'customer and week',
            'source': 'an association and no effect: both are watched from the end of the week, so that nobody gains by waiting',
        }) %}
    {% endfor %}
    {% do return(metrics) %}
{% endmacro %}

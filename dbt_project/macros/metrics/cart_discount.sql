{# Metrics of discounts that win carts back. #}
{% macro cart_discount_metrics() %}
    {% do return([
        {
            'id': 'M-25', 'version': 1, 'name': 'Discount use rate',
            'formula': 'recovered orders with a discount code that was issued in the episode / recovered orders',
            'fact': 'cart_orders', 'kind': 'proportion',
            'denominator': 'is_recovered_order', 'numerator': 'is_discounted',
            'window_hours': 168, 'is_published_provisional': false,
            'direction': 'down', 'unit': 'share', 'grain': 'recovered order, week of the abandonment',
            'source': 'a code that the shop gives everybody is no discount of the episode',
        },
        {
            'id': 'M-25a', 'version': 1, 'name': 'Discount dependency',
            'formula': 'net revenue of recovered orders with an issued discount / net revenue of recovered orders,'
                ~ ' in the revenue currency',
            'fact': 'cart_orders', 'kind': 'ratio',
            'denominator': 'is_recovered_order and is_in_revenue_currency', 'numerator': 'discounted_net_revenue',
            'weight': 'net_revenue',
            'window_hours': 888, 'is_published_provisional': false,
            'direction': 'down', 'unit': 'share', 'grain': 'recovered order, week of the abandonment',
            'source': 'share of the money, beside the share of the orders; matures with M-21',
        },
        {
            'id': 'M-25b', 'version': 1, 'name': 'Abandoned again after a discount',
            'formula': 'recovered orders with an issued discount whose customer abandons again within 30 d /'
                ~ ' recovered orders with an issued discount',
            'fact': 'cart_orders', 'kind': 'proportion',
            'denominator': 'is_recovered_order and is_discounted', 'numerator': 'is_abandoned_again_30d',
            'window_hours': 888, 'is_published_provisional': false,
            'direction': 'down', 'unit': 'share', 'grain': 'recovered order, week of the abandonment',
            'source': 'customers who learn to wait for the code',
        },
    ]) %}
{% endmacro %}

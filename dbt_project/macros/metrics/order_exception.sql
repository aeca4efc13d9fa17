{# Metrics of order exceptions and carriers. #}
{% macro order_exception_metrics() %}
    {% do return([
        {
            'id': 'M-30', 'version': 1, 'name': 'Delivery exceptions opened',
            'formula': 'distinct (shipment, exception type) opened in the week / shipments in flight in the week',
            'fact': 'flights', 'kind': 'rate',
            'denominator': 'count_in_flight', 'numerator': 'count_exceptions_opened',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'exceptions per shipment in flight',
            'grain': 'shipment and exception type, week of opening',
            'source': 'scans and the thresholds of promise_rules; Poisson interval',
        },
        {
            'id': 'M-32', 'version': 1, 'name': 'On-time rate',
            'formula': 'shipments with first attempt (else delivery) no later than the original promise / shipments whose'
                ~ ' original promise fell due in the week, undelivered overdue ones counted as late',
            'fact': 'shipments', 'kind': 'proportion',
            'denominator': 'is_promise_due', 'numerator': 'is_on_time',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'shipment, week of the original promise',
            'source': 'first attempt against first promise; a promise after as_of is not due yet',
        },
    ]) %}
{% endmacro %}


{% macro order_exception_facts() %}
    {% do return({
        'shipments': {
            'relation': 'fct_shipments', 'week': 'promise_week_start_date', 'at': 'promise_original_at',
            'dimensions': shipment_dimensions(),
        },
        'flights': {
            'relation': 'int_flight_weeks', 'week': 'week_start_date', 'at': 'last_opened_at',
            'dimensions': shipment_dimensions(),
        },
    }) %}
{% endmacro %}

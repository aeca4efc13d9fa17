{# Metrics of exceptions of shipments, punctuality and whose it is. #}
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
        {
            'id': 'M-31', 'version': 1, 'name': 'Shipments with a verified delivery cause',
            'formula': 'shipments with at least one cause that records prove (seed delivery_causes) / shipments whose '
                ~ 'original promise fell due in the week',
            'fact': 'shipments', 'kind': 'proportion',
            'denominator': 'is_promise_due', 'numerator': 'count_delivery_causes > 0',
            'window_hours': 240, 'is_published_provisional': false,
            'direction': 'down', 'unit': 'share',
            'grain': 'shipment, week of the original promise',
            'source': 'per cause, carrier and region per 1,000 shipments in delivery_causes_weekly; final when a parcel that is silent since its promise would count as lost',
        },
        {
            'id': 'M-32b', 'version': 1, 'name': 'Controllable on-time rate',
            'formula': 'shipments on time / shipments due in the week that were not late for the address, customs or '
                ~ 'weather',
            'fact': 'shipments', 'kind': 'proportion',
            'denominator': "is_promise_due and coalesce(late_attributed_to <> 'other', true)",
            'numerator': 'is_on_time',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share',
            'grain': 'shipment, week of the original promise',
            'source': 'lateness belongs to the first milestone that was missed',
        },
        {
            'id': 'M-32bw', 'version': 1, 'name': 'Late by warehouse',
            'formula': 'late shipments where the ship-by time was missed / shipments whose original promise fell due in '
                ~ 'the week',
            'fact': 'shipments', 'kind': 'proportion',
            'denominator': 'is_promise_due', 'numerator': "coalesce(late_attributed_to = 'warehouse', false)",
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share',
            'grain': 'shipment, week of the original promise',
            'source': 'warehouse before other before carrier: the first milestone that was missed',
        },
        {
            'id': 'M-32bc', 'version': 1, 'name': 'Late by carrier',
            'formula': 'late shipments where hand-over to first attempt took longer than the service has / shipments '
                ~ 'whose original promise fell due in the week',
            'fact': 'shipments', 'kind': 'proportion',
            'denominator': 'is_promise_due', 'numerator': "coalesce(late_attributed_to = 'carrier', false)",
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share',
            'grain': 'shipment, week of the original promise',
            'source': 'warehouse before other before carrier: the first milestone that was missed',
        },
        {
            'id': 'M-32bo', 'version': 1, 'name': 'Late for address, customs or weather',
            'formula': 'late shipments where a code names address, customs or weather before the attempt / shipments '
                ~ 'whose original promise fell due in the week',
            'fact': 'shipments', 'kind': 'proportion',
            'denominator': 'is_promise_due', 'numerator': "coalesce(late_attributed_to = 'other', false)",
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share',
            'grain': 'shipment, week of the original promise',
            'source': 'warehouse before other before carrier: the first milestone that was missed',
        },
        {
            'id': 'M-44r', 'version': 1, 'name': 'Detection recall',
            'formula': 'late or failed shipments that the exception workflow detected before the promise / late or '
                ~ 'failed shipments due in the week',
            'fact': 'shipments', 'kind': 'proportion',
            'denominator': 'is_promise_due and is_late_or_failed', 'numerator': 'is_detected_before_breach',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share',
            'grain': 'shipment, week of the original promise',
            'source': 'detected steps of exception_actions',
        },
        {
            'id': 'M-44rr', 'version': 1, 'name': 'Recall of the rules',
            'formula': 'late or failed shipments that a rule of exception_rules flagged before the promise / late or '
                ~ 'failed shipments due in the week',
            'fact': 'shipments', 'kind': 'proportion',
            'denominator': 'is_promise_due and is_late_or_failed', 'numerator': 'is_rule_flagged_before_breach',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share',
            'grain': 'shipment, week of the original promise',
            'source': 'what could have been detected, beside M-44r',
        },
        {
            'id': 'M-13w', 'version': 1, 'name': 'Status-check contacts per order',
            'formula': 'contacts that ask where the order is (stated group WISMO) within 30 days of placing / orders '
                ~ 'placed',
            'fact': 'orders', 'kind': 'mean',
            'denominator': 'true', 'numerator': 'count_status_contacts_30d',
            'window_hours': 720, 'is_published_provisional': false,
            'direction': 'down', 'unit': 'contacts per order',
            'grain': 'order, week of placing',
            'source': 'times 1,000 for contacts per 1,000 orders',
        },
    ] + exception_detection_metrics() + exception_handling_metrics() + exception_message_metrics() + feedback_metrics()) %}
{% endmacro %}

{% macro order_exception_facts() %}
    {% do return({
        'shipments': {
            'relation': 'fct_shipments', 'week': 'promise_week_start_date', 'at': 'promise_original_at',
            'dimensions': shipment_dimensions(),
        },
        'order_flags': {
            'relation': 'fct_order_flags', 'week': 'week_start_date', 'at': 'flagged_at',
            'dimensions': ['source'] + shipment_dimensions(),
        },
        'order_exceptions': {
            'relation': 'fct_order_exceptions', 'week': 'week_start_date', 'at': 'opened_at',
            'dimensions': exception_dimensions(),
        },
        'exception_actions': {
            'relation': 'fct_exception_actions', 'week': 'week_start_date', 'at': 'step_at',
            'dimensions': exception_dimensions(),
        },
        'investigation_groups': {
            'relation': 'int_investigation_groups', 'week': 'week_start_date', 'at': 'opened_at',
            'dimensions': exception_dimensions() | reject('equalto', 'outcome') | list,
        },
        'messages': {
            'relation': 'fct_messages', 'week': 'week_start_date', 'at': 'sent_at',
            'dimensions': message_dimensions(),
        },
        'messaged_orders': {
            'relation': 'int_messaged_orders', 'week': 'week_start_date', 'at': 'last_sent_at',
            'dimensions': message_dimensions(),
        },
        'flights': {
            'relation': 'int_flight_weeks', 'week': 'week_start_date', 'at': 'last_opened_at',
            'dimensions': shipment_dimensions(),
        },
    }) %}
{% endmacro %}

{# An exception has an owner and an outcome, and the system that showed it; no call and so no reason. #}
{% macro exception_dimensions() %}
    {% do return([
        'source', 'segment', 'owner', 'outcome', 'carrier', 'region', 'warehouse', 'product_category', 'delivery_stage',
        'phase',
    ]) %}
{% endmacro %}


{% macro message_dimensions() %}
    {% do return([
        'segment', 'carrier', 'region', 'warehouse', 'product_category', 'delivery_stage', 'phase',
    ]) %}
{% endmacro %}

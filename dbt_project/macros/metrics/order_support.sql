{# Metrics of order support and of the calls of every workflow: containment, repeats, tickets, escalation, time. #}
{% macro order_support_metrics() %}
    {% do return([
        {
            'id': 'M-01a', 'version': 1, 'name': 'Technical containment',
            'formula': 'outcomes contained_unresolved, resolved_assumed, resolved_confirmed / engaged inbound calls',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': 'is_engaged_inbound', 'numerator': 'is_contained_technical',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'ladder of technical and functional containment; hang-ups stay in the denominator',
        },
        {
            'id': 'M-01b', 'version': 1, 'name': 'Call containment rate (functional)',
            'formula': 'outcomes resolved_assumed, resolved_confirmed / engaged inbound calls',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': 'is_engaged_inbound', 'numerator': 'is_contained_functional',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'ladder of technical and functional containment; the headline containment figure',
        },
        {
            'id': 'M-01c', 'version': 1, 'name': 'Verified containment',
            'formula': 'functionally contained calls with no repeat contact on the same issue, no ticket event by an agent'
                ~ ' on the same order and no transferred call of the same customer and order within 168 h'
                ~ ' / engaged inbound calls with a customer',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': 'is_engaged_inbound and customer_id is not null', 'numerator': 'is_contained_verified',
            'is_agent_only': true,
            'window_hours': 168, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'functional containment less what came back within seven days',
        },
        {
            'id': 'M-02', 'version': 1, 'name': 'Order-status calls resolved without an agent',
            'formula': 'outcomes resolved_assumed, resolved_confirmed / engaged inbound calls with stated group WISMO',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': "is_engaged_inbound and stated_reason_group = 'WISMO'",
            'numerator': 'is_contained_functional',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'what the caller asked, whatever the parcel really did',
        },
        {
            'id': 'M-03', 'version': 1, 'name': 'Resolution as vendors count it',
            'formula': 'calls confirmed as resolved, or left without asking for a person and without another contact'
                ~ ' within 24 h / engaged inbound calls with a customer, no legs, that the agent answered',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': 'is_agent_answered', 'numerator': 'is_resolved_vendor_style', 'is_agent_only': true,
            'window_hours': 24, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'vendor-comparable, for benchmarks and never for targets: giving up counts as resolved',
        },
    ] + repeat_contact_metrics() + [
        {
            'id': 'M-06', 'version': 1, 'name': 'Ticket creation rate',
            'formula': 'engaged calls with a linked new ticket / engaged calls',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': 'is_engaged', 'numerator': 'created_ticket',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'tickets linked by call, else same customer and order within 30 minutes after the call',
        },
        {
            'id': 'M-07a', 'version': 1, 'name': 'No-ticket share',
            'formula': 'engaged inbound calls with a customer and no ticket of that customer (on the same order where the'
                ~ ' call has one) created within 72 h after the start / engaged inbound calls with a customer',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': 'is_engaged_inbound and customer_id is not null', 'numerator': 'not has_ticket_within_72h',
            'window_hours': 72, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'an estimate of deflection, not an observed count',
        },
        {
            'id': 'M-07b', 'version': 1, 'name': 'Ticket deflection against the time before the launch',
            'formula': '1 - new tickets of customers per 1,000 orders / those of the weeks before the launch, with the mix of'
                ~ ' stated groups and delivery stages of today; contacts are the units that stand beside it',
            'fact': 'ticket_units', 'kind': 'deflection',
            'denominator': 'is_contact', 'numerator': 'count_tickets',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'contact of a launch scope with a baseline, week of the contact',
            'source': 'an estimate: what else changed since the launch is in it; not published without four whole weeks before'
                ~ ' it, nor where those have fewer than ten tickets',
        },
        {
            'id': 'M-08', 'version': 1, 'name': 'Escalation rate',
            'formula': 'outcomes transferred_human, deferred_human / engaged inbound calls',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': 'is_engaged_inbound', 'numerator': 'is_escalated',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'many escalations are wanted, so a low figure is not good by itself',
        },
    ] + call_time_metrics() + [
        {
            'id': 'M-12', 'version': 1, 'name': 'Refund and return escalations',
            'formula': 'number of engaged calls with a stated reason in REF or RET and outcome transferred_human or'
                ~ ' deferred_human; denominator: engaged calls with such a reason',
            'fact': 'calls', 'kind': 'count',
            'denominator': 'is_engaged and is_refund_or_return', 'numerator': 'is_escalated',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'calls', 'grain': 'call, week of the call',
            'source': 'a volume for staffing, with a Poisson interval',
        },
        {
            'id': 'M-13', 'version': 1, 'name': 'Contacts per order',
            'formula': 'contacts about an order within 30 days of placing / orders placed',
            'fact': 'orders', 'kind': 'recurrence',
            'denominator': 'true', 'numerator': 'count_contacts_30d', 'followup_hours': 'contact_followup_hours',
            'window_hours': 720, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'contacts per order', 'grain': 'order, week of placing',
            'source': 'order cohorts; unfinished weeks by the mean cumulative function of recurrent events',
        },
        {
            'id': 'M-13s', 'version': 1, 'name': 'Contacts per order in a stage',
            'formula': 'contacts about an order while it was in the stage, within 30 days of entering it / orders that entered the stage'
                ~ ' in the week',
            'fact': 'order_stages', 'kind': 'rate',
            'denominator': 'count_entered', 'numerator': 'count_contacts',
            'window_hours': 720, 'is_published_provisional': false,
            'direction': 'down', 'unit': 'contacts per order in the stage', 'grain': 'order and stage, week of entering it',
            'source': 'slice by delivery_stage; a long stage collects more calls, so both denominators stand here',
        },
        {
            'id': 'M-13d', 'version': 1, 'name': 'Contacts per day in a stage',
            'formula': 'contacts about an order while it was in the stage, within 30 days of entering it / days that those orders spent'
                ~ ' in the stage',
            'fact': 'order_stages', 'kind': 'rate',
            'denominator': 'order_days', 'numerator': 'count_contacts',
            'window_hours': 720, 'is_published_provisional': false,
            'direction': 'down', 'unit': 'contacts per order day', 'grain': 'order and stage, week of entering it',
            'source': 'slice by delivery_stage; a long stage collects more calls, so both denominators stand here',
        },
    ] + repeat_purchase_metrics()) %}
{% endmacro %}


{% macro order_support_facts() %}
    {% do return({
        'calls': {
            'relation': 'fct_calls', 'week': 'week_start_date', 'at': 'started_at',
            'workflow': 'workflow',
            'dimensions': metric_dimensions(),
        },
        'contacts': {
            'relation': 'fct_contacts', 'week': 'week_start_date', 'at': 'started_at',
            'workflow': 'workflow',
            'dimensions': metric_dimensions(),
        },
        'episodes': {
            'relation': 'fct_contact_episodes', 'week': 'closed_week_start_date', 'at': 'closed_at',
            'workflow': 'workflow',
            'dimensions': metric_dimensions(),
        },
        'ticket_units': {
            'relation': 'int_ticket_units', 'week': 'week_start_date', 'at': 'started_at',
            'dimensions': ['source', 'segment'],
        },
        'purchase_arms': {
            'relation': 'int_purchase_arms', 'week': 'week_start_date', 'at': 'landmark_at',
            'dimensions': ['segment'],
        },
        'order_stages': {
            'relation': 'fct_order_stages', 'week': 'entered_week_start_date', 'at': 'entered_at',
            'dimensions': [
                'segment', 'carrier', 'region', 'warehouse', 'product_category', 'delivery_stage', 'phase',
            ],
        },
        'orders': {
            'relation': 'fct_orders', 'week': 'week_start_date', 'at': 'placed_at',
            'dimensions': shipment_dimensions(),
        },
    }) %}
{% endmacro %}

{# Metrics of what the agent may do: mandated and avoidable escalations, promises, side effects, capture. #}
{% macro policy_metrics() %}
    {% do return([
        {
            'id': 'M-09a', 'version': 1, 'name': 'Mandated escalations that reached a person',
            'formula': 'calls that meet a rule of mandated_rules and have outcome transferred_human or deferred_human'
                ~ ' / engaged inbound calls that meet a rule',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'meets_mandated_rule', 'numerator': 'reached_human',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'rules as data, judged by the facts as known at call time; the target is 100 %',
        },
        {
            'id': 'M-09b', 'version': 1, 'name': 'Avoidable escalations',
            'formula': 'escalated calls that met no rule and whose reason the agent may complete alone / engaged'
                ~ ' inbound calls that met no rule',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'not meets_mandated_rule', 'numerator': 'is_avoidable_escalation',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'mandated_rules and workflow_policy',
        },
        {
            'id': 'M-09c', 'version': 1, 'name': 'Unauthorised promises',
            'formula': 'promises of a refund, a replacement or an address change with no earlier confirmation that'
                ~ ' the customer may have it / such promises',
            'fact': 'promises', 'kind': 'proportion',
            'denominator': 'needs_eligibility', 'numerator': 'is_unauthorised',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'promise, week of the promise',
            'source': 'confirmation noted on the promise or by an eligibility check of the call; must be 0',
        },
        {
            'id': 'M-09d', 'version': 1, 'name': 'Actions against the policy',
            'formula': 'done actions that the policy keeps for a person, in calls that reached nobody / done actions'
                ~ ' that the policy names',
            'fact': 'actions', 'kind': 'proportion',
            'denominator': 'is_done and must_queue is not null', 'numerator': 'is_leaked',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'action, week of the request',
            'source': 'workflow_policy: money, access, legal terms, commitments',
        },
        {
            'id': 'M-09l', 'version': 1, 'name': 'Leakage',
            'formula': 'calls of a must-queue reason that the agent completed (resolved_assumed, resolved_confirmed)'
                ~ ' / engaged inbound calls of a must-queue reason',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'must_queue', 'numerator': 'is_leaked',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'workflow_policy: exceptions, complaints and overrides stay in a queue',
        },
        {
            'id': 'M-09n', 'version': 1, 'name': 'Needless owner alerts',
            'formula': 'alerts about a call in which nobody had to decide, approve or keep a promise / alerts about a'
                ~ ' call',
            'fact': 'alerts', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'not is_needed',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'alert, week of sending',
            'source': 'the cause of the alert against the promises, rules and outcome of its call',
        },
        {
            'id': 'M-06p', 'version': 1, 'name': 'Ticket precision',
            'formula': 'calls with a linked new ticket that needed one / engaged inbound calls with a linked new'
                ~ ' ticket',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'created_ticket', 'numerator': 'is_ticket_required',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'workflow_policy and mandated_rules say which calls need a ticket',
        },
        {
            'id': 'M-06r', 'version': 1, 'name': 'Ticket recall',
            'formula': 'calls that needed a ticket and have a linked new one / engaged inbound calls that needed a'
                ~ ' ticket',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'is_ticket_required', 'numerator': 'created_ticket',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'workflow_policy and mandated_rules say which calls need a ticket',
        },
        {
            'id': 'M-06u', 'version': 1, 'name': 'Ticket updates',
            'formula': 'calls in which the agent wrote to a ticket of the customer and order that was there before /'
                ~ ' engaged inbound calls',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'updated_ticket',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'ticket events of the agent until 30 minutes after the call, or its action update_ticket',
        },
        {
            'id': 'M-10k', 'version': 1, 'name': 'Look-ups without a failure',
            'formula': 'calls whose look-ups all succeeded / engaged inbound calls with a look-up',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'count_lookups > 0', 'numerator': 'count_failed_lookups = 0',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'events of type lookup',
        },
        {
            'id': 'M-10r', 'version': 1, 'name': 'Re-asked questions',
            'formula': 'questions for what was known when they were asked / questions for a slot',
            'fact': 'slots', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'was_known',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'question, week of the question',
            'source': 'events of type slot_asked against the caller, the customer and the order known by then',
        },
        {
            'id': 'M-10v', 'version': 1, 'name': 'Identity verified',
            'formula': 'calls whose caller was verified / engaged inbound calls in which the identity was asked for',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'identity_result in (\'verified\', \'failed\')', 'numerator': 'identity_result = \'verified\'',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'identity_result of the call',
        },
        {
            'id': 'M-11b', 'version': 1, 'name': 'Promises kept',
            'formula': 'promises kept by their due time / promises due',
            'fact': 'due_promises', 'kind': 'proportion',
            'denominator': 'is_due', 'numerator': 'is_kept',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'promise, week it was due',
            'source': 'a promise without a due time is never due',
        },
        {
            'id': 'M-11k', 'version': 1, 'name': 'Time to the confirmation of a booking change',
            'formula': 'median minutes from the end of the call to the first delivered confirmation or next step'
                ~ ' about it, over calls about a booking change',
            'fact': 'conduct', 'kind': 'duration',
            'denominator': 'sub_workflow = \'booking_change\'', 'numerator': 'minutes_to_confirmation',
            'followup': 'minutes_since_end',
            'window_hours': 168, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'minutes', 'grain': 'engaged inbound call, week of the call',
            'source': 'Kaplan-Meier, so that calls which still wait count as waiting',
        },
        {
            'id': 'M-42c', 'version': 1, 'name': 'Assisted conversion',
            'formula': 'calls about availability or reassurance with an order of the customer within 168 h / such'
                ~ ' calls with a customer',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'sub_workflow in (\'availability\', \'cart_reassurance\') and customer_id is not null', 'numerator': 'ordered_at is not null',
            'window_hours': 168, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'an association: some would have ordered without the call',
        },
        {
            'id': 'M-40e', 'version': 1, 'name': 'Evidence of damaged and wrong items',
            'formula': 'calls about a damaged or wrong item with a document of the call or of its order within 168 h'
                ~ ' / such calls',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'sub_workflow = \'damaged_or_wrong_item\'', 'numerator': 'first_evidence_at is not null',
            'window_hours': 168, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'documents of any kind but identity papers',
        },
        {
            'id': 'M-43r', 'version': 1, 'name': 'Time to the replacement',
            'formula': 'median minutes from the start of a call about a damaged or wrong item to the replacement',
            'fact': 'conduct', 'kind': 'duration',
            'denominator': 'sub_workflow = \'damaged_or_wrong_item\'', 'numerator': 'minutes_to_replacement',
            'followup': 'followup_minutes',
            'window_hours': 168, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'minutes', 'grain': 'engaged inbound call, week of the call',
            'source': 'done create_replacement actions and kept replacement promises; Kaplan-Meier',
        },
        {
            'id': 'M-40ct', 'version': 1, 'name': 'Trigger captured',
            'formula': 'calls with a source system and a record or intent that says what they are about / engaged'
                ~ ' inbound calls',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'has_trigger_group',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'required capture: event, source, time, context',
        },
        {
            'id': 'M-40cm', 'version': 1, 'name': 'Matched record captured',
            'formula': 'calls with a matched record and its confidence / engaged inbound calls',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'has_record_group',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'required capture: customer, order, cart, booking or incident',
        },
        {
            'id': 'M-40cr', 'version': 1, 'name': 'Conversation result captured',
            'formula': 'calls with intent, urgency and a next step or routing decision / engaged inbound calls',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'has_result_group',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'required capture; objection and promise only where there was one',
        },
        {
            'id': 'M-40ca', 'version': 1, 'name': 'Audit trail complete',
            'formula': 'calls with a transcript or recording link, a record link and, where a person follows up, an'
                ~ ' owner / engaged inbound calls',
            'fact': 'conduct', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'has_audit_group',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'required capture: call, transcript, record, owner',
        },
        {
            'id': 'M-50', 'version': 1, 'name': 'Duplicate side effects',
            'formula': 'actions that the target executed more than once / actions',
            'fact': 'actions', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_duplicated',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'action (call, type, target), week of the request',
            'source': 'must be 0: the call is the idempotency key',
        },
        {
            'id': 'M-50r', 'version': 1, 'name': 'Replays absorbed',
            'formula': 'actions that were asked for more than once and executed at most once / actions that were'
                ~ ' asked for more than once',
            'fact': 'actions', 'kind': 'proportion',
            'denominator': 'count_requests > 1', 'numerator': 'is_replay_absorbed',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'action (call, type, target), week of the request',
            'source': 'tool_call events that name the target of the action',
        },
    ] + escalation_metrics()) %}
{% endmacro %}


{% macro policy_facts() %}
    {% do return({
        'conduct': {
            'relation': 'fct_call_conduct', 'week': 'week_start_date', 'at': 'started_at',
            'dimensions': metric_dimensions(),
        },
        'promises': {
            'relation': 'fct_promises', 'week': 'week_start_date', 'at': 'promised_at',
            'dimensions': metric_dimensions(),
        },
        'due_promises': {
            'relation': 'fct_promises', 'week': 'due_week_start_date', 'at': 'due_at',
            'dimensions': metric_dimensions(),
        },
        'actions': {
            'relation': 'fct_call_actions', 'week': 'week_start_date', 'at': 'requested_at',
            'dimensions': metric_dimensions(),
        },
        'slots': {
            'relation': 'fct_slot_questions', 'week': 'week_start_date', 'at': 'event_at',
            'dimensions': metric_dimensions(),
        },
        'alerts': {
            'relation': 'fct_call_alerts', 'week': 'week_start_date', 'at': 'sent_at',
            'dimensions': metric_dimensions(),
        },
    }) %}
{% endmacro %}

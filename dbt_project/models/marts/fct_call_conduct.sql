with

calls as (

    select * from {{ ref('fct_calls') }}
    where is_engaged_inbound

),

call_records as (

    select * from {{ ref('stg_calls') }}

),

rules_met as (

    select
        call_key,
        count(*) as count_rules,
        min(review_cause) as review_cause,
        count(distinct review_cause) as count_review_causes,
        max(case when ticket_required then 1 else 0 end) = 1 as needs_ticket,
    from {{ ref('fct_call_policies') }}
    group by call_key

),

call_actions as (

    select * from {{ ref('stg_call_actions') }}

),

policies as (

    select * from {{ ref('workflow_policy') }}
    where subject_kind = 'reason_code'

),

sub_workflows as (

    select * from {{ ref('sub_workflows') }}

),

documents as (

    select * from {{ ref('stg_documents') }}
    where coalesce(kind, 'other') <> 'id'

),

-- the row of the call's workflow goes before 'any'
reason_policies as (

    select
        calls.call_key,
        max_by(policies.auto_allowed, case when policies.workflow = 'any' then 0 else 1 end) as auto_allowed,
        max_by(policies.must_queue, case when policies.workflow = 'any' then 0 else 1 end) as must_queue,
        max_by(policies.ticket_required, case when policies.workflow = 'any' then 0 else 1 end) as ticket_required,
    from calls
    inner join policies
        on calls.reason_code = policies.subject
    where
        policies.workflow in ('any', calls.workflow)
        and calls.started_at >= policies.valid_from
        and (policies.valid_to is null or calls.started_at < policies.valid_to)
    group by calls.call_key

),

action_sub_workflows as (

    select
        call_actions.call_key,
        min(sub_workflows.sub_workflow) as sub_workflow,
    from call_actions
    inner join sub_workflows
        on lower(call_actions.action_type) = sub_workflows.subject
    where sub_workflows.subject_kind = 'action_type'
    group by call_actions.call_key

),

named as (

    select
        calls.*,
        coalesce(action_sub_workflows.sub_workflow, sub_workflows.sub_workflow, 'other') as sub_workflow,
    from calls
    left join action_sub_workflows
        on calls.call_key = action_sub_workflows.call_key
    left join sub_workflows
        on
            sub_workflows.subject_kind = 'reason_code'
            and calls.reason_code = sub_workflows.subject

),

agent_notes as (

    select
        ticket_events.ticket_key,
        ticket_events.event_at,
    from {{ ref('stg_ticket_events') }} as ticket_events
    where ticket_events.actor_type = 'ai'

),

-- a note of the agent on a ticket that was there before, or the action that says so
ticket_updates as (

    select calls.call_key
    from calls
    inner join {{ ref('stg_tickets') }} as tickets
        on
            calls.order_key = tickets.order_key
            and calls.customer_key = tickets.customer_key
    inner join agent_notes
        on tickets.ticket_key = agent_notes.ticket_key
    where
        tickets.created_at < calls.started_at
        and agent_notes.event_at >= calls.started_at
        and agent_notes.event_at <= {{ add_hours('calls.ended_at', 0.5) }}

    union

    select call_actions.call_key
    from call_actions
    where
        lower(call_actions.action_type) = 'update_ticket'
        and call_actions.status = 'done'

),

lookups as (

    select
        call_events.call_key,
        count(*) as count_lookups,
        sum(case when call_events.ok then 0 else 1 end) as count_failed_lookups,
    from {{ ref('stg_call_events') }} as call_events
    where call_events.event_type = 'lookup'
    group by call_events.call_key

),

claims as (

    select * from named
    where sub_workflow = 'damaged_or_wrong_item'

),

-- evidence of the call itself, or of its order, that came within a week of the call
evidence as (

    select
        claims.call_key,
        documents.received_at,
    from claims
    inner join documents
        on claims.call_key = documents.call_key
    where documents.received_at <= {{ add_hours('claims.started_at', 168) }}

    union all

    select
        claims.call_key,
        documents.received_at,
    from claims
    inner join documents
        on claims.order_key = documents.order_key
    where documents.received_at <= {{ add_hours('claims.started_at', 168) }}

),

claim_evidence as (

    select
        call_key,
        min(received_at) as first_evidence_at,
    from evidence
    group by call_key

),

replacements as (

    select
        replaced.call_key,
        min(replaced.done_at) as replaced_at,
    from (
        select
            call_actions.call_key,
            call_actions.executed_at as done_at,
        from call_actions
        where
            lower(call_actions.action_type) = 'create_replacement'
            and call_actions.status = 'done'

        union all

        select
            promises.call_key,
            promises.fulfilled_at as done_at,
        from {{ ref('stg_promises') }} as promises
        where promises.kind = 'replacement'
    ) as replaced
    where replaced.done_at is not null
    group by replaced.call_key

),

confirmations as (

    select
        messages.call_key,
        min(messages.delivered_at) as confirmed_at,
    from {{ ref('stg_messages') }} as messages
    where
        messages.call_key is not null
        and messages.purpose in ('confirmation', 'next_step')
        and messages.delivered_at is not null
    group by messages.call_key

),

-- what an availability or reassurance call may win: the customer's next order
next_orders as (

    select
        named.call_key,
        min(orders.placed_at) as ordered_at,
    from named
    inner join {{ ref('stg_orders') }} as orders
        on named.customer_key = orders.customer_key
    where
        named.sub_workflow in ('availability', 'cart_reassurance')
        and orders.placed_at > named.started_at
        and orders.placed_at <= {{ add_hours('named.started_at', 168) }}
    group by named.call_key

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

joined as (

    select
        named.call_id,
        named.started_at,
        named.week_start_date,
        named.workflow,
        {{ call_dimensions('named') }}
        named.customer_id,
        named.order_id,
        named.call_outcome,
        named.sub_workflow,
        coalesce(rules_met.count_rules, 0) as count_rules,
        rules_met.review_cause,
        coalesce(rules_met.count_review_causes, 0) as count_review_causes,
        rules_met.call_key is not null as meets_mandated_rule,
        named.is_escalated as reached_human,
        coalesce(reason_policies.auto_allowed, false) as is_auto_allowed,
        coalesce(reason_policies.must_queue, false) as must_queue,
        reason_policies.call_key is not null as has_policy,
        coalesce(reason_policies.ticket_required, false) or coalesce(rules_met.needs_ticket, false)
            as is_ticket_required,
        named.created_ticket,
        ticket_updates.call_key is not null as updated_ticket,
        coalesce(lookups.count_lookups, 0) as count_lookups,
        cast(coalesce(lookups.count_failed_lookups, 0) as bigint) as count_failed_lookups,
        call_records.identity_result,
        call_records.source_system is not null
        and coalesce(
            named.customer_id, named.order_id, call_records.cart_id, call_records.incident_id,
            call_records.booking_id, call_records.intent_raw
        ) is not null as has_trigger_group,
        call_records.match_confidence is not null
        and coalesce(
            named.customer_id, named.order_id, call_records.cart_id, call_records.incident_id,
            call_records.booking_id
        ) is not null as has_record_group,
        coalesce(call_records.intent_raw, named.stated_reason_code) is not null
        and call_records.urgency is not null
        and coalesce(call_records.requested_next_step, call_records.routing_decision) is not null
            as has_result_group,
        coalesce(call_records.transcript_url, call_records.recording_url) is not null
        and call_records.record_url is not null
        and (call_records.owner_id is not null or not named.is_escalated) as has_audit_group,
        claim_evidence.first_evidence_at,
        case
            when named.sub_workflow = 'damaged_or_wrong_item'
                then {{ minutes_between('named.started_at', 'replacements.replaced_at') }}
        end as minutes_to_replacement,
        case
            when named.sub_workflow = 'booking_change'
                then {{ minutes_between('named.ended_at', 'confirmations.confirmed_at') }}
        end as minutes_to_confirmation,
        next_orders.ordered_at,
        greatest({{ minutes_between('named.started_at', 'run_context.as_of') }}, 0.0) as followup_minutes,
        greatest({{ minutes_between('named.ended_at', 'run_context.as_of') }}, 0.0) as minutes_since_end,
        named.call_key,
        named.customer_key,
        named.order_key,
    from named
    inner join call_records
        on named.call_key = call_records.call_key
    left join rules_met
        on named.call_key = rules_met.call_key
    left join reason_policies
        on named.call_key = reason_policies.call_key
    left join ticket_updates
        on named.call_key = ticket_updates.call_key
    left join lookups
        on named.call_key = lookups.call_key
    left join claim_evidence
        on named.call_key = claim_evidence.call_key
    left join replacements
        on named.call_key = replacements.call_key
    left join confirmations
        on named.call_key = confirmations.call_key
    left join next_orders
        on named.call_key = next_orders.call_key
    cross join run_context

)

select
    * exclude (minutes_to_replacement, minutes_to_confirmation),
    -- done at once counts as done after no time
    case when minutes_to_replacement is not null then greatest(minutes_to_replacement, 0.0) end
        as minutes_to_replacement,
    case when minutes_to_confirmation is not null then greatest(minutes_to_confirmation, 0.0) end
        as minutes_to_confirmation,
    must_queue and call_outcome in ('resolved_confirmed', 'resolved_assumed') as is_leaked,
    not meets_mandated_rule and is_auto_allowed and reached_human as is_avoidable_escalation,
from joined

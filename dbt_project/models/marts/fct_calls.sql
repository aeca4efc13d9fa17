with

calls as (

    select * from {{ ref('int_calls') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

repeats as (

    select * from {{ ref('int_repeats') }}

),

followups as (

    select * from {{ ref('int_call_followups') }}

),

order_brands as (

    select
        orders.order_key,
        orders.brand,
    from {{ ref('int_orders') }} as orders

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

joined as (

    select
        calls.* exclude (customer_id, order_id),
        {{ week_start('calls.started_at') }} as week_start_date,
        contacts.* exclude (
            contact_key, call_key, ticket_key, call_id, ticket_id, is_contact, started_at, channel, customer_key,
            order_key, workflow
        ),
        -- a leg is part of its parent's conversation; neither people nor a failure of the system took the agent's place
        calls.is_engaged_inbound
        and calls.customer_id is not null
        and calls.parent_call_id is null
        and calls.call_outcome <> 'system_failure'
        and not calls.is_handled_by_people as is_agent_answered,
        repeats.repeat_same_issue,
        repeats.repeat_any_hours,
        repeats.followup_hours,
        followups.has_agent_touch_168h,
        followups.has_later_transfer_168h,
        followups.has_ticket_72h,
        followups.owes_update,
        followups.minutes_to_message,
        coalesce(order_brands.brand, 'unknown') as brand,
        {{ hours_between('calls.started_at', 'run_context.as_of') }} as observed_hours,
        greatest({{ minutes_between('calls.ended_at', 'run_context.as_of') }}, 0.0) as observed_minutes,
    from calls
    inner join contacts
        on calls.call_key = contacts.contact_key
    inner join followups
        on calls.call_key = followups.call_key
    left join repeats
        on calls.call_key = repeats.contact_key
    left join order_brands
        on calls.order_key = order_brands.order_key
    cross join run_context

)

select
    call_id,
    started_at,
    week_start_date,
    direction,
    workflow,
    source,
    segment,
    owner,
    outcome,
    carrier,
    region,
    warehouse,
    product_category,
    delivery_stage,
    reason_code,
    phase,
    customer_id,
    order_id,
    stated_reason_group,
    stated_reason_code,
    reason_confidence,
    reason_status,
    verified_reason_code,
    reason_evidence,
    taxonomy_version,
    model_version,
    is_unique,
    is_not_test,
    is_connected,
    is_person,
    is_engaged,
    call_outcome,
    case
        when is_engaged_inbound
            then call_outcome in ('contained_unresolved', 'resolved_confirmed', 'resolved_assumed')
    end as is_contained_technical,
    case
        when is_engaged_inbound then call_outcome in ('resolved_confirmed', 'resolved_assumed')
    end as is_contained_functional,
    -- unknown until the call has been watched for the whole window: "nothing came back yet" is not "nothing came back"
    case
        when is_engaged_inbound and customer_id is not null and observed_hours >= 168
            then
                call_outcome in ('resolved_confirmed', 'resolved_assumed')
                and not coalesce(repeat_same_issue, false)
                and not has_agent_touch_168h
                and not has_later_transfer_168h
    end as is_contained_verified,
    case
        when is_engaged_inbound then call_outcome in ('transferred_human', 'deferred_human')
    end as is_escalated,
    repeat_same_issue as is_repeated_within_7d,
    followup_hours as repeat_followup_hours,
    created_ticket,
    handle_seconds,
    case when owes_update then minutes_to_message end as minutes_to_update,
    call_key,
    customer_key,
    order_key,
    shipment_id,
    parent_call_id,
    is_engaged_inbound,
    reason_claim,
    coalesce(
        stated_reason_code = 'REFUND_ASK' or stated_reason_code like 'REF.%' or stated_reason_code like 'RET.%', false
    ) as is_refund_or_return,
    has_ticket_72h as has_ticket_within_72h,
    owes_update,
    case when owes_update then observed_minutes end as update_followup_minutes,
    ended_at,
    reason_source,
    is_agent_answered,
    case
        when is_agent_answered and observed_hours >= 24
            then
                call_outcome = 'resolved_confirmed'
                or (
                    call_outcome in ('resolved_assumed', 'contained_unresolved')
                    and not coalesce(repeat_any_hours <= 24, false)
                )
    end as is_resolved_vendor_style,
    agent_seconds,
    human_seconds,
    brand,
    is_engaged_inbound and not is_handled_by_people as is_agent_call,
from joined

with

calls as (

    select * from {{ ref('stg_calls') }}

),

customer_turns as (

    select * from {{ ref('int_call_customer_turns') }}

),

-- who spoke, asked only of calls that do not name their agent
people_calls as (

    select call_turns.call_key
    from {{ ref('stg_call_turns') }} as call_turns
    inner join calls
        on call_turns.call_key = calls.call_key
    where
        calls.agent_version is null
        and call_turns.speaker in ('human', 'ai')
    group by call_turns.call_key
    having
        max(case when call_turns.speaker = 'human' then 1 else 0 end) = 1
        and max(case when call_turns.speaker = 'ai' then 1 else 0 end) = 0

),

linked_tickets as (

    select
        ticket_call_links.call_key,
        count(*) as count_new_tickets,
    from {{ ref('int_ticket_call_links') }} as ticket_call_links
    group by ticket_call_links.call_key

),

call_promises as (

    select
        promises.call_key,
        max(case when promises.kind = 'callback' then 1 else 0 end) = 1 as has_callback_promise,
    from {{ ref('stg_promises') }} as promises
    where promises.call_key is not null
    group by promises.call_key

),

joined as (

    select
        calls.call_id,
        calls.call_key,
        calls.direction,
        calls.workflow,
        calls.status,
        calls.channel,
        calls.source_system,
        calls.agent_version,
        coalesce(lower(calls.agent_version) = 'human', people_calls.call_key is not null) as is_handled_by_people,
        calls.is_test,
        calls.started_at,
        calls.answered_at,
        calls.ended_at,
        calls.end_reason,
        calls.transfer_at,
        calls.transfer_status,
        calls.routing_decision,
        calls.customer_confirmed_resolved,
        calls.talk_seconds,
        calls.hold_seconds,
        calls.wrap_seconds,
        calls.customer_id,
        calls.customer_key,
        calls.order_id,
        calls.order_key,
        calls.cart_id,
        calls.incident_id,
        calls.parent_call_id,
        calls.owner_id,
        coalesce(customer_turns.count_customer_turns, 0) as count_customer_turns,
        linked_tickets.call_key is not null as created_ticket,
        call_promises.call_key is not null as has_promise,
        coalesce(call_promises.has_callback_promise, false) as has_callback_promise,
        {{ seconds_between('coalesce(calls.answered_at, calls.started_at)', 'calls.ended_at') }}
            as duration_seconds,
    from calls
    left join customer_turns
        on calls.call_key = customer_turns.call_key
    left join people_calls
        on calls.call_key = people_calls.call_key
    left join linked_tickets
        on calls.call_key = linked_tickets.call_key
    left join call_promises
        on calls.call_key = call_promises.call_key

),

-- each step includes the one before, so the funnel can only shrink
not_test as (

    select
        *,
        true as is_unique,
        not coalesce(is_test, false) as is_not_test,
    from joined

),

connected as (

    select
        *,
        is_not_test and coalesce(status = 'completed', false) as is_connected,
    from not_test

),

person as (

    select
        *,
        is_connected and coalesce(
            end_reason not in ('voicemail_detected', 'voicemail_reached', 'ivr_reached'), true
        ) as is_person,
    from connected

),

engaged as (

    select
        *,
        is_person
        and count_customer_turns >= 1
        and coalesce(duration_seconds >= 10, false) as is_engaged,
    from person

),

-- the first rule that holds; a failed transfer is a failure of the system, since no human spoke
with_outcome as (

    select
        *,
        case
            when not is_engaged or direction <> 'inbound' then null
            when
                end_reason in (
                    'system_failure', 'network_failure', 'system_at_capacity',
                    'sip_trunk_unreachable', 'sip_auth_failed', 'insufficient_balance'
                )
                then 'system_failure'
            when
                transfer_at is not null
                and transfer_status in ('no_answer', 'rejected', 'hunt_timeout', 'bridge_failed')
                then 'system_failure'
            when transfer_at is not null then 'transferred_human'
            when
                routing_decision in ('escalated', 'sent_to_review')
                or created_ticket
                or has_callback_promise
                then 'deferred_human'
            when
                customer_confirmed_resolved = false
                or end_reason in ('silence_timeout', 'max_duration')
                or routing_decision = 'retried'
                then 'contained_unresolved'
            when customer_confirmed_resolved then 'resolved_confirmed'
            else 'resolved_assumed'
        end as call_outcome,
    from engaged

),

final as (

    select
        * exclude (
            status, is_test, end_reason, answered_at, transfer_at, transfer_status, routing_decision,
            customer_confirmed_resolved, talk_seconds, hold_seconds, wrap_seconds, count_customer_turns,
            has_callback_promise
        ),
        is_engaged and direction = 'inbound' as is_engaged_inbound,
        case
            when talk_seconds is not null
                then talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0)
            else duration_seconds
        end as handle_seconds,
        -- up to the transfer; what the agent does after the call keeps nobody waiting
        case
            when not is_handled_by_people and transfer_at < ended_at
                then {{ seconds_between('coalesce(answered_at, started_at)', 'transfer_at') }}
            when not is_handled_by_people then duration_seconds
        end as agent_seconds,
        -- a transfer without a time of its own carries the end of the call, and then the leg of the person is unknown
        case
            when is_handled_by_people
                then
                    case
                        when talk_seconds is not null
                            then talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0)
                        else duration_seconds
                    end
            when
                transfer_at < ended_at
                and coalesce(
                    transfer_status not in (
                        'no_answer', 'rejected', 'hunt_timeout', 'bridge_failed', 'customer_disconnected'
                    ),
                    true
                )
                then {{ seconds_between('transfer_at', 'ended_at') }} + coalesce(wrap_seconds, 0)
        end as human_seconds,
    from with_outcome

)

select * from final

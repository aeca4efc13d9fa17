-- Calls with linked tickets, eligibility and outcome.
create or replace table shop_tickets as
select
    ticket_key, ticket_id, created_at, system, channel, customer_id, customer_key, order_id,
    order_key, call_id, call_key, assignee_id, requested_by_customer, merged_into,
from raw.tickets
where created_at <= getvariable('as_of');

-- one row per call with a new ticket, with the tickets that belong to it
create or replace table ticket_calls as
select tickets.ticket_key, calls.call_key
from shop_tickets as tickets
inner join raw.all_calls as calls
    on tickets.call_key = calls.call_key and tickets.created_at >= calls.started_at
where calls.started_at <= getvariable('as_of')
union all
(
    select tickets.ticket_key, calls.call_key
    from shop_tickets as tickets
    inner join raw.all_calls as calls
        on
            tickets.order_key = calls.order_key
            and tickets.customer_key = calls.customer_key
            and tickets.created_at >= calls.ended_at
            and tickets.created_at <= plus_hours(calls.ended_at, 0.5)
    where tickets.call_id is null and calls.started_at <= getvariable('as_of')
    qualify
        row_number() over (
            partition by tickets.ticket_key order by calls.started_at desc, calls.call_id desc
        ) = 1
);

create or replace table spoken as
select distinct call_key
from raw.all_call_turns
where speaker = 'customer' and regexp_matches(text, '[^\s\x0b\x1c-\x1f\x{85}\p{Z}]');

create or replace table shop_calls as
with
    promised as (
        select call_key, bool_or(coalesce(kind = 'callback', false)) as has_callback
        from raw.promises
        where promised_at <= getvariable('as_of') and call_key is not null
        group by call_key
    ),
    tests as (
        select
            calls.*,
            not coalesce(is_test, false) as is_not_test,
            is_not_test and coalesce(status = 'completed', false) as is_connected,
            is_connected and coalesce(
                end_reason not in ('voicemail_detected', 'voicemail_reached', 'ivr_reached'), true
            ) as is_person,
            is_person
            and spoken.call_key is not null
            and coalesce(
                epoch_us(ended_at) - epoch_us(coalesce(answered_at, started_at)) >= 10000000, false
            ) as is_engaged,
            is_engaged and direction = 'inbound' as is_engaged_inbound,
            promised.call_key is not null as has_promise,
            coalesce(promised.has_callback, false) as has_callback,
            linked.call_key is not null as created_ticket,
        from raw.all_calls as calls
        left join spoken using (call_key)
        left join promised using (call_key)
        left join (select distinct call_key from ticket_calls) as linked using (call_key)
        where started_at <= getvariable('as_of')
    )
select
    call_key, call_id, customer_key, customer_id, order_key, order_id, direction, workflow,
    started_at, ended_at, channel, source_system, cart_id, incident_id, parent_call_id, owner_id,
    is_not_test, is_connected, is_person, is_engaged, is_engaged_inbound, has_promise,
    created_ticket,
    case
        when talk_seconds is not null
            then talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0)
        else (epoch_us(ended_at) - epoch_us(coalesce(answered_at, started_at))) / 1000000.0
    end as handle_seconds,
    case
        when not is_engaged_inbound then null
        when
            end_reason in (
                'system_failure', 'network_failure', 'system_at_capacity',
                'sip_trunk_unreachable', 'sip_auth_failed', 'insufficient_balance'
            )
            or (
                transfer_at is not null
                and transfer_status in ('no_answer', 'rejected', 'hunt_timeout', 'bridge_failed')
            )
            then 'system_failure'
        when transfer_at is not null then 'transferred_human'
        when
            routing_decision in ('escalated', 'sent_to_review') or created_ticket or has_callback
            then 'deferred_human'
        when
            customer_confirmed_resolved = false
            or end_reason in ('silence_timeout', 'max_duration')
            or routing_decision = 'retried'
            then 'contained_unresolved'
        when customer_confirmed_resolved then 'resolved_confirmed'
        else 'resolved_assumed'
    end as call_outcome,
from tests;

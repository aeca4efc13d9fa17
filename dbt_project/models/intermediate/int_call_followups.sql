with

calls as (

    select * from {{ ref('int_calls') }}

),

moment_states as (

    select * from {{ ref('int_moment_states') }}

),

tickets as (

    select * from {{ ref('stg_tickets') }}

),

-- what may follow a call, each with the keys it is looked for by; times in microseconds for elapsed-time frames
agent_touches as (

    select
        tickets.order_key,
        {{ epoch_micros('ticket_events.event_at') }} as event_us,
    from {{ ref('stg_ticket_events') }} as ticket_events
    inner join tickets
        on ticket_events.ticket_key = tickets.ticket_key
    where
        ticket_events.actor_type = 'agent'
        and tickets.order_key is not null

),

order_messages as (

    select
        messages.order_key,
        {{ epoch_micros('messages.delivered_at') }} as event_us,
    from {{ ref('stg_messages') }} as messages
    where
        messages.delivered_at is not null
        and messages.order_key is not null
        and not coalesce(messages.is_automatic_recap, false)

),

order_timeline as (

    select
        calls.call_key,
        calls.customer_key,
        calls.order_key,
        {{ epoch_micros('calls.started_at') }} as at_us,
        case when calls.call_outcome = 'transferred_human' then {{ epoch_micros('calls.started_at') }} end
            as transfer_us,
        null::bigint as touch_us,
        null::bigint as ticket_us,
    from calls
    where calls.order_key is not null

    union all

    select
        null::bigint as call_key,
        null::bigint as customer_key,
        agent_touches.order_key,
        agent_touches.event_us as at_us,
        null::bigint as transfer_us,
        agent_touches.event_us as touch_us,
        null::bigint as ticket_us,
    from agent_touches

    union all

    select
        null::bigint as call_key,
        tickets.customer_key,
        tickets.order_key,
        {{ epoch_micros('tickets.created_at') }} as at_us,
        null::bigint as transfer_us,
        null::bigint as touch_us,
        {{ epoch_micros('tickets.created_at') }} as ticket_us,
    from tickets
    where
        tickets.order_key is not null
        and tickets.customer_key is not null

),

-- strictly after the call for a later touch; a ticket of the very second of the call counts as made from it
after_order as (

    select
        call_key,
        at_us,
        min(touch_us) over (
            partition by order_key
            order by at_us
            range between 1 following and unbounded following
        ) as next_touch_us,
        min(transfer_us) over (
            partition by order_key, customer_key
            order by at_us
            range between 1 following and unbounded following
        ) as next_transfer_us,
        min(ticket_us) over (
            partition by order_key, customer_key
            order by at_us
            range between current row and unbounded following
        ) as next_ticket_us,
    from order_timeline

),

customer_timeline as (

    select
        calls.call_key,
        calls.customer_key,
        {{ epoch_micros('calls.started_at') }} as at_us,
        null::bigint as ticket_us,
    from calls
    where
        calls.customer_key is not null
        and calls.order_key is null

    union all

    select
        null::bigint as call_key,
        tickets.customer_key,
        {{ epoch_micros('tickets.created_at') }} as at_us,
        {{ epoch_micros('tickets.created_at') }} as ticket_us,
    from tickets
    where tickets.customer_key is not null

),

after_customer as (

    select
        call_key,
        at_us,
        min(ticket_us) over (
            partition by customer_key
            order by at_us
            range between current row and unbounded following
        ) as next_ticket_us,
    from customer_timeline

),

message_timeline as (

    select
        calls.call_key,
        calls.order_key,
        {{ epoch_micros('calls.ended_at') }} as at_us,
        null::bigint as message_us,
    from calls
    where
        calls.is_engaged
        and calls.order_key is not null

    union all

    select
        null::bigint as call_key,
        order_messages.order_key,
        order_messages.event_us as at_us,
        order_messages.event_us as message_us,
    from order_messages

),

after_order_message as (

    select
        call_key,
        at_us,
        min(message_us) over (
            partition by order_key
            order by at_us
            range between current row and unbounded following
        ) as next_message_us,
    from message_timeline

),

-- a message about the ticket that the call made; a ticket belongs to one call, so this join does not fan out
ticket_messages as (

    select
        calls.call_key,
        min({{ epoch_micros('messages.delivered_at') }}) as next_message_us,
    from {{ ref('stg_messages') }} as messages
    inner join {{ ref('int_ticket_call_links') }} as ticket_call_links
        on messages.ticket_key = ticket_call_links.ticket_key
    inner join calls
        on ticket_call_links.call_key = calls.call_key
    where
        messages.delivered_at >= calls.ended_at
        and not coalesce(messages.is_automatic_recap, false)
    group by calls.call_key

),

-- what the records show, and what the exception workflow has in hand
all_exceptions as (

    select
        exceptions.order_key,
        exceptions.opened_at,
        exceptions.closed_at,
    from {{ ref('int_shipment_exceptions') }} as exceptions

    union all

    select
        cases.order_key,
        cases.first_step_at as opened_at,
        cases.closed_at,
    from {{ ref('int_exception_cases') }} as cases

),

open_exceptions as (

    select distinct moment_states.contact_key as call_key
    from moment_states
    inner join all_exceptions as exceptions
        on
            moment_states.order_key = exceptions.order_key
            and moment_states.at_moment >= exceptions.opened_at
    where
        exceptions.closed_at is null
        or exceptions.closed_at > moment_states.at_moment

),

final as (

    select
        calls.call_key,
        coalesce(after_order.next_touch_us - after_order.at_us <= 604800000000, false)
            as has_agent_touch_168h,
        coalesce(after_order.next_transfer_us - after_order.at_us <= 604800000000, false)
            as has_later_transfer_168h,
        coalesce(
            after_order.next_ticket_us - after_order.at_us <= 259200000000,
            after_customer.next_ticket_us - after_customer.at_us <= 259200000000,
            false
        ) as has_ticket_72h,
        calls.is_engaged
        and (
            calls.has_promise
            or coalesce(calls.call_outcome = 'deferred_human', false)
            or open_exceptions.call_key is not null
        ) as owes_update,
        (
            least(after_order_message.next_message_us, ticket_messages.next_message_us)
            - {{ epoch_micros('calls.ended_at') }}
        ) / 60000000.0 as minutes_to_message,
    from calls
    left join after_order
        on calls.call_key = after_order.call_key
    left join after_customer
        on calls.call_key = after_customer.call_key
    left join after_order_message
        on calls.call_key = after_order_message.call_key
    left join ticket_messages
        on calls.call_key = ticket_messages.call_key
    left join open_exceptions
        on calls.call_key = open_exceptions.call_key

)

select * from final

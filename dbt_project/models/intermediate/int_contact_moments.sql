with

calls as (

    select * from {{ ref('int_calls') }}

),

tickets as (

    select * from {{ ref('stg_tickets') }}

),

call_moments as (

    select
        calls.call_key as contact_key,
        calls.call_key,
        null::bigint as ticket_key,
        calls.customer_key,
        calls.order_key,
        calls.started_at as at_moment,
        coalesce(calls.ended_at, calls.started_at) as ended_at,
        calls.is_engaged_inbound
        and calls.customer_key is not null
        and calls.parent_call_id is null as is_contact,
    from calls

),

-- what the customer opened anywhere but on the phone; a ticket made from a call is that call, not another contact
ticket_moments as (

    select
        -- call and ticket keys are both positive 63-bit integers: the sign keeps the two families apart
        -1 - tickets.ticket_key as contact_key,
        null::bigint as call_key,
        tickets.ticket_key,
        tickets.customer_key,
        tickets.order_key,
        tickets.created_at as at_moment,
        tickets.created_at as ended_at,
        true as is_contact,
    from tickets
    where
        coalesce(tickets.requested_by_customer, true)
        and coalesce(tickets.channel, 'unknown') not in ('phone', 'api')
        and tickets.merged_into is null
        and tickets.call_id is null
        and tickets.customer_key is not null

),

unioned as (

    select * from call_moments

    union all

    select * from ticket_moments

)

select * from unioned

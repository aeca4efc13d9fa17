with

tickets as (

    select * from {{ ref('stg_tickets') }}

),

calls as (

    select * from {{ ref('stg_calls') }}

),

-- a ticket that names a call belongs to that call or, when it is older than the call, to none
named_links as (

    select
        tickets.ticket_key,
        tickets.ticket_id,
        calls.call_key,
        'named' as link_rule,
    from tickets
    inner join calls
        on tickets.call_key = calls.call_key
    where tickets.created_at >= calls.started_at

),

-- customer and order together keep the join small: a heavy customer has many calls, but few about one order
ranked_candidates as (

    select
        tickets.ticket_key,
        tickets.ticket_id,
        calls.call_key,
        row_number() over (
            partition by tickets.ticket_key
            order by calls.started_at desc, calls.call_id desc
        ) as candidate_rank,
    from tickets
    inner join calls
        on
            tickets.order_key = calls.order_key
            and tickets.customer_key = calls.customer_key
            and tickets.created_at >= calls.ended_at
            and tickets.created_at <= {{ add_hours('calls.ended_at', 0.5) }}
    where tickets.call_id is null

),

linked as (

    select * from named_links

    union all

    select
        ranked_candidates.ticket_key,
        ranked_candidates.ticket_id,
        ranked_candidates.call_key,
        'same_order_within_30_minutes' as link_rule,
    from ranked_candidates
    where ranked_candidates.candidate_rank = 1

)

select * from linked

with

returns as (

    select * from {{ ref('stg_returns') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

decided as (

    select distinct decisions.item_id
    from {{ ref('stg_review_decisions') }} as decisions
    where decisions.queue = 'returns'

),

-- what may go back by itself needs nobody; a return of which that is not known, or that is outside the rules, does
undecided as (

    select
        returns.return_id || ':' || cast(returns.line_no as varchar) as item_id,
        returns.order_key,
        returns.requested_at as waiting_since,
        returns.reason,
    from returns
    where
        not coalesce(returns.eligible, false)
        and coalesce(lower(returns.disposition), 'pending') = 'pending'

)

select
    undecided.item_id,
    undecided.waiting_since,
    undecided.reason,
    coalesce(orders.tier, 'standard') as tier,
from undecided
left join orders
    on undecided.order_key = orders.order_key
left join decided
    on undecided.item_id = decided.item_id
where decided.item_id is null

with

returns as (

    select * from {{ ref('stg_returns') }}

),

refunds as (

    select * from {{ ref('stg_refunds') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

decided as (

    select distinct
        decisions.queue,
        decisions.item_id,
    from {{ ref('stg_review_decisions') }} as decisions
    where decisions.queue in ('returns', 'refunds')

),

-- what may go back by itself needs nobody; a return of which that is not known, or that is outside the rules, does
undecided as (

    select
        'return' as item_type,
        'returns' as queue,
        returns.return_id || ':' || cast(returns.line_no as varchar) as item_id,
        'returns' as cause,
        returns.order_id,
        returns.order_key,
        returns.requested_at as waiting_since,
        returns.reason,
        'return of ' || coalesce(returns.sku, 'an article') || ' because ' || coalesce(returns.reason, 'nobody said why')
        || case when returns.eligible = false then ', outside the rules' else ', not known whether the rules allow it' end
            as details,
    from returns
    where
        not coalesce(returns.eligible, false)
        and coalesce(lower(returns.disposition), 'pending') = 'pending'

    union all

    -- an exception of the refund policy waits until somebody has approved, paid or refused it
    select
        'refund' as item_type,
        'refunds' as queue,
        refunds.refund_id as item_id,
        'policy_exception' as cause,
        refunds.order_id,
        refunds.order_key,
        refunds.requested_at as waiting_since,
        'refund outside the policy' as reason,
        'refund of ' || cast(cast(refunds.amount as decimal(18, 2)) as varchar) || ' ' || refunds.currency || ' outside the policy' as details,
    from refunds
    where
        refunds.within_policy = false
        and refunds.approved_at is null
        and refunds.paid_at is null
        and coalesce(lower(refunds.status), 'requested') not in (
            'rejected', 'refused', 'declined', 'denied', 'cancelled', 'canceled', 'closed', 'failed'
        )

)

select
    undecided.item_type,
    undecided.item_id,
    undecided.cause,
    undecided.order_id,
    undecided.waiting_since,
    undecided.reason,
    undecided.details,
    coalesce(orders.tier, 'standard') as tier,
from undecided
left join orders
    on undecided.order_key = orders.order_key
left join decided
    on
        undecided.queue = decided.queue
        and undecided.item_id = decided.item_id
where decided.item_id is null

with

decisions as (

    select * from {{ ref('stg_review_decisions') }}
    where queue in ('returns', 'refunds')

),

items as (

    select
        'returns' as queue,
        returns.return_id || ':' || cast(returns.line_no as varchar) as item_id,
        returns.order_id,
        returns.requested_at,
        returns.reason,
    from {{ ref('stg_returns') }} as returns

    union all

    select
        'refunds' as queue,
        refunds.refund_id as item_id,
        refunds.order_id,
        refunds.requested_at,
        null as reason,
    from {{ ref('stg_refunds') }} as refunds

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- the later decision holds; decisions of one instant go by their identifier. "Undecidable" decides nothing.
ranked as (

    select
        *,
        lower(trim(decision)) as decision_word,
        coalesce(lower(trim(decision)) <> 'undecidable', false) as is_decided,
        row_number() over (
            partition by queue, item_id, coalesce(lower(trim(decision)) <> 'undecidable', false)
            order by event_at desc, decision_id desc
        ) as decision_order,
    from decisions

)

select
    ranked.decision_id,
    ranked.queue,
    ranked.item_id,
    items.order_id,
    items.reason,
    ranked.reviewer_id,
    ranked.event_at as decided_at,
    {{ week_start('ranked.event_at') }} as week_start_date,
    ranked.decision_word as decision,
    case
        when items.item_id is null then 'unknown_item'
        when not ranked.is_decided then 'undecided'
        when ranked.decision_order = 1 then 'in_force'
        else 'overruled'
    end as effect,
    {{ hours_between('items.requested_at', 'ranked.event_at') }} as hours_waited,
    ranked.minutes,
from ranked
left join items
    on
        ranked.queue = items.queue
        and ranked.item_id = items.item_id
cross join run_context

with

refunds as (

    select * from {{ ref('stg_refunds') }}

),

lines as (

    select
        refund_id,
        count(*) as count_lines,
        sum(case when restock_type in ('return', 'legacy_restock') then 1 else 0 end) as count_returned_lines,
        sum(case when restock_type = 'cancel' then 1 else 0 end) as count_cancelled_lines,
    from {{ ref('stg_refund_lines') }}
    group by refund_id

)

select
    refunds.refund_id,
    refunds.order_id,
    refunds.order_link,
    refunds.unlinked_reason,
    refunds.return_id,
    refunds.requested_at,
    refunds.paid_at,
    refunds.status,
    refunds.currency,
    refunds.amount,
    refunds.goods as goods_amount,
    refunds.shipping as shipping_amount,
    refunds.adjustment as adjustment_amount,
    refunds.is_told_by_shop,
    refunds.within_policy,
    coalesce(lines.count_lines, 0) as count_lines,
    cast(coalesce(lines.count_returned_lines, 0) as bigint) as count_returned_lines,
    cast(coalesce(lines.count_cancelled_lines, 0) as bigint) as count_cancelled_lines,
from refunds
left join lines
    on refunds.refund_id = lines.refund_id

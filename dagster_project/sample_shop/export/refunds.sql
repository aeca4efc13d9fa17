select
    'f-' || order_text(order_no) as refund_id,
    greatest(
        refund_requested_at, known(refund_approved_at), known(refund_paid_at)
    ) as source_updated_at,
    order_text(order_no) as order_id,
    'r-' || order_text(order_no) as return_id,
    refund_requested_at as requested_at,
    known(refund_approved_at) as approved_at,
    known(refund_paid_at) as paid_at,
    money(item_price) as amount,
    if(region_country(region) = 'CA', 'CAD', 'USD') as currency,
    case
        when known(refund_paid_at) is not null then 'paid'
        when known(refund_approved_at) is not null then 'approved'
        else 'requested'
    end as status,
    -- what nobody has approved yet may be an exception of the policy
    known(refund_approved_at) is not null or draw(order_no, 'within policy') < 0.6 as within_policy,
    mix(order_no, 'refund row') as row_key,
    refund_requested_at as sort_at,
    part_of(refund_requested_at, mix(order_no, 'refund row'), getvariable('batches')) as part
from orders_sim
where refund_requested_at < getvariable('shop_end')

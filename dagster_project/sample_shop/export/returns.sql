select
    'r-' || order_text(order_no) as return_id,
    1 as line_no,
    greatest(return_requested_at, known(return_received_at)) as source_updated_at,
    order_text(order_no) as order_id,
    upper(left(category, 3)) || lpad((mix(order_no * 8 + 1, 'sku') % 400)::varchar, 4, '0') as sku,
    return_requested_at as requested_at,
    return_reason as reason,
    known(return_received_at) as received_at,
    if(
        known(return_received_at) is not null,
        if(return_reason in ('DAMAGED', 'DEFECTIVE'), 'scrap', 'restock'), null
    )
        as disposition,
    -- of some nobody knows yet whether the rules allow them
    if(draw(order_no, 'rules say') < 0.06, null, true) as eligible,
    mix(order_no, 'return row') as row_key,
    return_requested_at as sort_at,
    part_of(return_requested_at, mix(order_no, 'return row'), getvariable('batches')) as part
from orders_sim
where return_requested_at < getvariable('shop_end')

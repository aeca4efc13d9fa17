select
    order_text(o.order_no) as order_id,
    l.line_no,
    upper(
        left(
            if(l.line_no = 1, o.category, pick_category(draw(o.order_no * 8 + l.line_no, 'line'))),
            3
        )
    )
        || lpad((mix(o.order_no * 8 + l.line_no, 'sku') % 400)::varchar, 4, '0') as sku,
    if(
        l.line_no = 1, o.category, pick_category(draw(o.order_no * 8 + l.line_no, 'line'))
    ) as category,
    1 as quantity,
    -- the first line is always the dearest
    money(
        if(
            l.line_no = 1, o.item_price,
            o.item_price * (0.1 + 0.15 * draw(o.order_no * 8 + l.line_no, 'price'))
        )
    )
        as unit_price,
    o.warehouse_id,
    mix(o.order_no * 8 + l.line_no, 'line row') as row_key,
    o.placed_at as sort_at,
    part_of(o.placed_at, mix(o.order_no, 'order row'), getvariable('batches')) as part
from orders_sim as o
inner join range(1, 4) as l (line_no) on l.line_no <= o.line_count

select
    's-' || order_text(order_no) as shipment_id,
    greatest(
        label_at, known(handover_at), known(attempt_at), known(delivered_at), known(returning_at),
        known(lost_at)
    ) as source_updated_at,
    order_text(order_no) as order_id,
    carrier,
    if(is_express, 'express', 'standard') as service,
    warehouse_id,
    region,
    region_country(region) || '-' || region_extra_days(region) as zone,
    label_at,
    known(handover_at) as handover_at,
    promise_at as promise_original_at,
    if(known(gap_from) is not null, later(promise_at, 259200), promise_at) as promise_current_at,
    known(attempt_at) as first_attempt_at,
    known(delivered_at) as delivered_at,
    case
        when known(delivered_at) is not null then 'delivered'
        when known(hours_later(returning_at, 110)) is not null then 'returned'
        when known(lost_at) is not null then 'lost'
    end as final_status,
    mix(order_no, 'shipment row') as row_key,
    label_at as sort_at,
    part_of(label_at, mix(order_no, 'shipment row'), getvariable('batches')) as part
from orders_sim
where label_at < getvariable('shop_end')

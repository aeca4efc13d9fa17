with

scans as (
    select order_no, region, 1 as scan_no, label_at as begins_at, 'info_received' as status,
        'Label created' as raw_code
    from orders_sim
    union all
    select order_no, region, 2, handover_at, 'in_transit', 'Picked up' from orders_sim
    union all
    select order_no, region, 3, hub_at, 'in_transit', 'Arrived at hub' from orders_sim
    union all
    select order_no, region, 4, customs_at, 'exception', 'Held in customs' from orders_sim
    union all
    select order_no, region, 5, second_hub_at, 'in_transit', 'Departed hub' from orders_sim
    union all
    select order_no, region, 6, out_at, 'out_for_delivery', 'With driver' from orders_sim
    union all
    select order_no, region, 7, attempt_failed_at, 'attempt_failed',
        if(has_bad_address, 'Address insufficient', 'Nobody home') from orders_sim
    union all
    select order_no, region, 8, if(
        has_bad_address, later(attempt_failed_at, 60), null
    ), 'exception',
        'Address validation failed' from orders_sim
    union all
    select order_no, region, 9, pickup_at, 'available_for_pickup', 'At parcel shop' from orders_sim
    union all
    select order_no, region, 10, returning_at, 'returning', 'Return to sender' from orders_sim
    union all
    select order_no, region, 11, hours_later(returning_at, 110), 'returned',
        'Back at sender' from orders_sim
    union all
    select order_no, region, 12, lost_at, 'lost', 'Declared lost' from orders_sim
    union all
    select order_no, region, 13, delivered_at, 'delivered', 'Delivered' from orders_sim
)

select
    's-' || order_text(order_no) as shipment_id,
    scan_no::varchar as scan_id,
    begins_at as scanned_at,
    status,
    raw_code,
    'hub-' || lower(left(region, 3)) as facility,
    region,
    mix(order_no * 16 + scan_no, 'scan row') as row_key,
    begins_at as sort_at,
    part_of(begins_at, mix(order_no * 16 + scan_no, 'scan row'), getvariable('batches')) as part
from scans
where begins_at < getvariable('shop_end')

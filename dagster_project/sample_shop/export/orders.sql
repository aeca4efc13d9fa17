-- an order that was held is landed twice: when it was put on hold, and as it is now
select
    order_text(order_no) as order_id,
    case
        when is_older then hours_later(placed_at, 0.2)
        else order_touched_at(placed_at, cancelled_at, label_at, handover_at, delivered_at, refund_paid_at)
    end as source_updated_at,
    customer_text(customer_no) as customer_id,
    placed_at,
    if(draw(order_no, 'app') < 0.3, 'app', 'web') as channel,
    'main' as store_id,
    'house' as brand,
    if(region_country(region) = 'CA', 'CAD', 'USD') as currency,
    money(item_price * 1.25) as gross,
    money(order_discount(item_price, order_no, issued_code)) as discount,
    order_net(item_price, order_no, issued_code) as net,
    money(if(is_express, 14.9, 4.9)) as shipping,
    money(item_price * 0.09) as tax,
    case
        when issued_code is not null then '["' || issued_code || '"]'
        when draw(order_no, 'discount') < 0.2 then '["WELCOME10"]'
    end::json as discount_codes,
    checkout_token,
    if(known(refund_paid_at) is not null and not is_older, 'refunded', 'paid') as payment_status,
    case
        when is_older then 'on_hold'
        when known(cancelled_at) is not null then 'cancelled'
        when known(delivered_at) is not null then 'delivered'
        when known(handover_at) is not null then 'shipped'
        when is_hold and known(label_at) is null then 'on_hold'
        else 'unfulfilled'
    end as fulfillment_status,
    if(is_older, null, known(cancelled_at)) as cancelled_at,
    ship_by as promised_ship_by,
    promise_at as promised_delivery_at,
    if(is_express, 'express', 'standard') as service_level,
    region,
    region_country(region) as country,
    if(is_hold and (is_older or known(label_at) is null), 'high', 'low') as risk_level,
    warehouse_id,
    mix(order_no, 'order row') as row_key,
    placed_at as sort_at,
    part_of(placed_at, mix(order_no, 'order row'), getvariable('batches')) as part,
    is_older
from orders_sim
cross join (values (false), (true)) as versions (is_older)
where not is_older or (is_hold and known(label_at) is not null)

-- Orders and shipments with their customer, category and thresholds.
create or replace table rules as
with
    tiers as (
        select distinct coalesce(tier, 'unknown') as tier from raw.customers
        union
        select 'unknown'
    ),
    services as (
        select distinct coalesce(service, 'unknown') as service from raw.shipments
        union
        select distinct coalesce(service_level, 'unknown') from raw.orders
        where placed_at <= getvariable('as_of')
        union
        select 'unknown'
    )
select
    tiers.tier,
    services.service,
    rules.unshipped_hours,
    rules.no_first_scan_hours,
    rules.stalled_hours,
    rules.lost_hours,
    rules.in_flight_max_days,
from tiers
cross join services
inner join read_csv(
    getvariable('seeds') || '/promise_rules.csv',
    types = {'valid_from': 'timestamptz', 'valid_to': 'timestamptz'}
) as rules
    on rules.tier in (tiers.tier, 'any') and rules.service in (services.service, 'any')
where
    rules.valid_from <= getvariable('as_of')
    and (rules.valid_to is null or rules.valid_to > getvariable('as_of'))
qualify
    row_number() over (
        partition by tiers.tier, services.service
        order by
            (rules.tier = tiers.tier)::int + (rules.service = services.service)::int desc,
            rules.tier = tiers.tier desc,
            rules.valid_from desc
    ) = 1;

create or replace table status_meaning as
select facet, value, meaning
from read_csv(getvariable('seeds') || '/order_status_values.csv', all_varchar = true);

create or replace table shop_orders as
with
    lines as (
        select order_key, category from raw.order_items
        qualify
            row_number() over (
                partition by order_key order by quantity * unit_price desc, line_no
            ) = 1
    ),
    sent as (
        select order_key, min(shipment_id) as first_shipment_id, count(*) as count_shipments
        from raw.shipments
        group by order_key
    )
select
    orders.order_key,
    orders.order_id,
    orders.customer_key,
    orders.placed_at,
    known(orders.cancelled_at) as cancelled_at,
    orders.promised_delivery_at,
    orders.region as own_region,
    coalesce(orders.region, customers.region) as region,
    orders.warehouse_id,
    coalesce(customers.segment, 'unknown') as segment,
    coalesce(customers.tier, 'unknown') as tier,
    lines.category,
    sent.first_shipment_id,
    coalesce(sent.count_shipments, 0) as count_shipments,
    coalesce(
        orders.promised_ship_by, plus_hours(orders.placed_at, rules.unshipped_hours)
    ) as ship_by_at,
    coalesce(fulfillment.meaning = 'left', false) as is_left,
    coalesce(fulfillment.meaning = 'cancelled', false) as is_cancelled,
from raw.orders as orders
left join raw.customers as customers using (customer_key)
left join rules
    on
        rules.tier = coalesce(customers.tier, 'unknown')
        and rules.service = coalesce(orders.service_level, 'unknown')
left join lines on orders.order_key = lines.order_key
left join sent on orders.order_key = sent.order_key
left join status_meaning as fulfillment
    on
        fulfillment.facet = 'fulfillment_status'
        and fulfillment.value = lower(orders.fulfillment_status)
where orders.placed_at <= getvariable('as_of');

create or replace table shop_holds as
with
    versions as (
        select
            order_key, source_updated_at as held_from, fulfillment_status, payment_status, risk_level,
            lead(source_updated_at) over (partition by order_key order by source_updated_at, is_current) as held_until,
        from (
            select *, true as is_current from raw.orders
            union all by name
            select * exclude (_fate), false as is_current from raw.orders__history where _fate = 'superseded'
        )
    )
select order_key, held_from, held_until
from versions
where
    coalesce(held_until > held_from, true)
    and exists (
        from status_meaning
        where
            meaning = 'hold' and value = lower(
                case facet
                    when 'fulfillment_status' then fulfillment_status
                    when 'payment_status' then payment_status
                    when 'risk_level' then risk_level
                end
            )
    );

create or replace table shop_shipments as
select
    shipments.shipment_key,
    shipments.shipment_id,
    shipments.order_key,
    shipments.order_id,
    shipments.carrier,
    shipments.service,
    shipments.region,
    shipments.warehouse_id,
    known(shipments.label_at) as label_at,
    known(shipments.handover_at) as handover_at,
    shipments.promise_original_at,
    shipments.promise_current_at,
    known(shipments.first_attempt_at) as first_attempt_at,
    known(shipments.delivered_at) as delivered_at,
    orders.cancelled_at,
    coalesce(orders.segment, 'unknown') as segment,
    coalesce(orders.tier, 'unknown') as tier,
    coalesce(shipments.region, orders.region, 'unknown') as region_or_order,
    coalesce(shipments.warehouse_id, orders.warehouse_id, 'unknown') as warehouse_or_order,
    coalesce(orders.category, 'unknown') as category,
    rules.no_first_scan_hours,
    rules.stalled_hours,
    rules.lost_hours,
    rules.in_flight_max_days,
from raw.shipments as shipments
left join shop_orders as orders using (order_key)
left join rules
    on
        rules.tier = coalesce(orders.tier, 'unknown')
        and rules.service = coalesce(shipments.service, 'unknown');

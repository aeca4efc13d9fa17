with

shipments as (

    select * from {{ ref('stg_shipments') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

promise_rules as (

    select * from {{ ref('int_promise_rules') }}
    where is_in_force

),

final as (

    select
        shipments.shipment_id,
        shipments.shipment_key,
        shipments.order_id,
        shipments.order_key,
        shipments.carrier,
        shipments.service,
        shipments.region,
        shipments.zone,
        shipments.warehouse_id,
        shipments.label_at,
        shipments.handover_at,
        shipments.promise_original_at,
        shipments.promise_current_at,
        shipments.first_attempt_at,
        shipments.delivered_at,
        orders.cancelled_at,
        coalesce(orders.segment, 'unknown') as segment,
        coalesce(orders.tier, 'unknown') as tier,
        coalesce(shipments.region, orders.order_region) as shipment_region,
        coalesce(shipments.warehouse_id, orders.warehouse_id) as shipment_warehouse_id,
        orders.product_category,
        promise_rules.rule_key,
        promise_rules.in_flight_max_days,
    from shipments
    left join orders
        on shipments.order_key = orders.order_key
    -- every tier and service of the data has a row, so an order that is missing still has the default rule
    inner join promise_rules
        on
            coalesce(orders.tier, 'unknown') = promise_rules.tier
            and coalesce(shipments.service, 'unknown') = promise_rules.service

)

select * from final

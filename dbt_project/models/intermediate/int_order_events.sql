{# a view: it is read once, and writing all events of all orders would cost more than the reading #}
{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('int_orders') }}

),

flights as (

    select * from {{ ref('int_shipment_flights') }}

),

order_holds as (

    select * from {{ ref('int_order_holds') }}

),

-- an order has arrived when the last of its parcels has
arrivals as (

    select
        flights.order_key,
        case when count(flights.arrived_at) = count(*) then max(flights.arrived_at) end as all_delivered_at,
    from flights
    group by flights.order_key

),

-- a revised promise is known from the first version of the record that has it
promise_versions as (

    select
        versions.order_key,
        versions.shipment_key,
        versions.promise_current_at,
        min(versions.source_updated_at) as event_at,
    from {{ ref('stg_shipment_versions') }} as versions
    where versions.promise_current_at is not null
    group by
        versions.order_key,
        versions.shipment_key,
        versions.promise_current_at

),

all_events as (

    select
        orders.order_key,
        'order.placed' as event,
        orders.placed_at as event_at,
        orders.promised_delivery_at as promise_at,
        null::bigint as shipment_key,
        null::varchar as scan_id,
    from orders

    union all

    select
        orders.order_key,
        'order.cancelled' as event,
        orders.cancelled_at as event_at,
        null::timestamptz as promise_at,
        null::bigint as shipment_key,
        null::varchar as scan_id,
    from orders

    union all

    select
        order_holds.order_key,
        'order.held' as event,
        order_holds.held_from as event_at,
        null::timestamptz as promise_at,
        null::bigint as shipment_key,
        null::varchar as scan_id,
    from order_holds

    union all

    select
        order_holds.order_key,
        'order.released' as event,
        order_holds.held_until as event_at,
        null::timestamptz as promise_at,
        null::bigint as shipment_key,
        null::varchar as scan_id,
    from order_holds

    union all

    select
        inventory_events.order_key,
        'inventory.' || inventory_events.kind as event,
        inventory_events.event_at,
        null::timestamptz as promise_at,
        null::bigint as shipment_key,
        null::varchar as scan_id,
    from {{ ref('stg_inventory_events') }} as inventory_events

    union all

    select
        flights.order_key,
        'shipment.label' as event,
        flights.label_at as event_at,
        flights.promise_original_at as promise_at,
        flights.shipment_key,
        null::varchar as scan_id,
    from flights

    union all

    select
        flights.order_key,
        'shipment.handover' as event,
        flights.handover_at as event_at,
        null::timestamptz as promise_at,
        flights.shipment_key,
        null::varchar as scan_id,
    from flights

    union all

    -- the shop's copy and the carrier's scan of a delivery are one event
    select
        flights.order_key,
        'parcel.delivered' as event,
        flights.arrived_at as event_at,
        null::timestamptz as promise_at,
        flights.shipment_key,
        null::varchar as scan_id,
    from flights

    union all

    select
        promise_versions.order_key,
        'order.promise' as event,
        promise_versions.event_at,
        promise_versions.promise_current_at as promise_at,
        promise_versions.shipment_key,
        null::varchar as scan_id,
    from promise_versions

    union all

    select
        flights.order_key,
        'scan.' || scans.status as event,
        scans.scanned_at as event_at,
        null::timestamptz as promise_at,
        scans.shipment_key,
        scans.scan_id,
    from {{ ref('stg_shipment_scans') }} as scans
    inner join flights
        on scans.shipment_key = flights.shipment_key
    where scans.status <> 'delivered'

),

-- events of orders that the shop knows; what has no time has not happened
final as (

    select
        all_events.order_key,
        all_events.event,
        all_events.event_at,
        all_events.promise_at,
        all_events.shipment_key,
        all_events.scan_id,
        arrivals.all_delivered_at,
    from all_events
    inner join orders
        on all_events.order_key = orders.order_key
    left join arrivals
        on all_events.order_key = arrivals.order_key
    where
        all_events.event_at is not null
        -- an order has no state before it was placed
        and all_events.event_at >= orders.placed_at

)

select * from final

with

steps as (

    select * from {{ ref('stg_exception_actions') }}

),

listed as (

    select
        steps.exception_id,
        steps.action_no,
        steps.order_id,
        steps.order_key,
        {{ json_list_items('steps.evidence_ids') }} as evidence_id,
    from steps
    where steps.evidence_ids is not null

),

-- only the records of orders with evidence are read: all scans of the shop would be a lot for a few exceptions
touched_orders as (

    select distinct order_key from listed

),

touched_scans as (

    select
        shipments.order_key,
        scans.shipment_id,
        scans.scan_id,
    from touched_orders
    inner join {{ ref('stg_shipments') }} as shipments
        on touched_orders.order_key = shipments.order_key
    inner join {{ ref('stg_shipment_scans') }} as scans
        on shipments.shipment_key = scans.shipment_key

),

-- the records an action may point to: scans by shipment and scan or by scan alone, stock events, tickets, shipments, the order
known as (

    select
        order_key,
        shipment_id || ':' || scan_id as evidence_id,
    from touched_scans

    union

    select
        order_key,
        scan_id as evidence_id,
    from touched_scans

    union

    select
        touched_orders.order_key,
        inventory_events.event_id as evidence_id,
    from touched_orders
    inner join {{ ref('stg_inventory_events') }} as inventory_events
        on touched_orders.order_key = inventory_events.order_key

    union

    select
        touched_orders.order_key,
        tickets.ticket_id as evidence_id,
    from touched_orders
    inner join {{ ref('stg_tickets') }} as tickets
        on touched_orders.order_key = tickets.order_key

    union

    select
        touched_orders.order_key,
        shipments.shipment_id as evidence_id,
    from touched_orders
    inner join {{ ref('stg_shipments') }} as shipments
        on touched_orders.order_key = shipments.order_key

    union

    select
        touched_orders.order_key,
        orders.order_id as evidence_id,
    from touched_orders
    inner join {{ ref('stg_orders') }} as orders
        on touched_orders.order_key = orders.order_key

),

final as (

    select
        listed.exception_id,
        listed.action_no,
        count(*) as count_evidence,
        count(known.evidence_id) as count_found,
    from listed
    left join known
        on
            listed.order_key = known.order_key
            and listed.evidence_id = known.evidence_id
    group by
        listed.exception_id,
        listed.action_no

)

select * from final

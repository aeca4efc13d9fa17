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

-- the records an action may point to: scans by shipment and scan or by scan alone, stock events, tickets, the order
known as (

    select
        shipments.order_key,
        scans.shipment_id || ':' || scans.scan_id as evidence_id,
    from {{ ref('stg_shipment_scans') }} as scans
    inner join {{ ref('stg_shipments') }} as shipments
        on scans.shipment_key = shipments.shipment_key

    union

    select
        shipments.order_key,
        scans.scan_id as evidence_id,
    from {{ ref('stg_shipment_scans') }} as scans
    inner join {{ ref('stg_shipments') }} as shipments
        on scans.shipment_key = shipments.shipment_key

    union

    select
        inventory_events.order_key,
        inventory_events.event_id as evidence_id,
    from {{ ref('stg_inventory_events') }} as inventory_events
    where inventory_events.order_key is not null

    union

    select
        tickets.order_key,
        tickets.ticket_id as evidence_id,
    from {{ ref('stg_tickets') }} as tickets
    where tickets.order_key is not null

    union

    select
        shipments.order_key,
        shipments.shipment_id as evidence_id,
    from {{ ref('stg_shipments') }} as shipments

    union

    select
        orders.order_key,
        orders.order_id as evidence_id,
    from {{ ref('stg_orders') }} as orders

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

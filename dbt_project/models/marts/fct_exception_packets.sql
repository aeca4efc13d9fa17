with

exceptions as (

    select * from {{ ref('fct_order_exceptions') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

shipments as (

    select * from {{ ref('stg_shipments') }}

),

order_states as (

    select * from {{ ref('fct_order_states') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- what was known when the packet was said to be complete, else what is known now
known_at as (

    select
        exceptions.exception_id,
        exceptions.order_key,
        exceptions.order_id,
        exceptions.shipment_id,
        exceptions.exception_type,
        exceptions.tier,
        exceptions.opened_at,
        exceptions.packet_complete_at,
        coalesce(exceptions.packet_complete_at, run_context.as_of) as at_moment,
    from exceptions
    cross join run_context

),

order_shipments as (

    select
        known_at.exception_id,
        shipments.shipment_id,
        shipments.shipment_key,
        known_at.at_moment,
        shipments.promise_original_at,
    from known_at
    inner join shipments
        on known_at.order_key = shipments.order_key
    where
        known_at.shipment_id is null
        or known_at.shipment_id = shipments.shipment_id

),

ranked_scans as (

    select
        order_shipments.exception_id,
        scans.shipment_id,
        scans.scan_id,
        scans.scanned_at,
        scans.status,
        row_number() over (
            partition by order_shipments.exception_id
            order by scans.scanned_at desc, scans.shipment_id, scans.scan_id desc
        ) as place_from_last,
    from order_shipments
    inner join {{ ref('stg_shipment_scans') }} as scans
        on order_shipments.shipment_key = scans.shipment_key
    where scans.scanned_at <= order_shipments.at_moment

),

scans as (

    select
        exception_id,
        count(*) as count_scans,
        max(scanned_at) as last_scan_at,
        max(case when place_from_last = 1 then status end) as last_scan_status,
        string_agg(shipment_id || ':' || scan_id, ',' order by place_from_last desc) as scan_ids,
    from ranked_scans
    group by exception_id

),

promises as (

    select
        exception_id,
        min(promise_original_at) as promise_original_at,
        count(*) as count_shipments,
    from order_shipments
    group by exception_id

),

-- notes: what warehouse and support wrote about the order
stock_notes as (

    select
        known_at.exception_id,
        count(*) as count_notes,
        string_agg(inventory_events.event_id, ',' order by inventory_events.event_at, inventory_events.event_id)
            as note_ids,
    from known_at
    inner join {{ ref('stg_inventory_events') }} as inventory_events
        on known_at.order_key = inventory_events.order_key
    where inventory_events.event_at <= known_at.at_moment
    group by known_at.exception_id

),

ticket_notes as (

    select
        known_at.exception_id,
        count(*) as count_tickets,
        string_agg(tickets.ticket_id, ',' order by tickets.created_at, tickets.ticket_id) as ticket_ids,
    from known_at
    inner join {{ ref('stg_tickets') }} as tickets
        on known_at.order_key = tickets.order_key
    where tickets.created_at <= known_at.at_moment
    group by known_at.exception_id

),

states as (

    select
        known_at.exception_id,
        order_states.state,
        order_states.state_version,
        order_states.promise_at,
    from known_at
    inner join order_states
        on known_at.order_key = order_states.order_key
    where
        known_at.at_moment >= order_states.valid_from
        and (order_states.valid_to is null or known_at.at_moment < order_states.valid_to)

)

select
    known_at.exception_id,
    known_at.order_id,
    known_at.shipment_id,
    known_at.exception_type,
    known_at.opened_at,
    known_at.packet_complete_at,
    known_at.at_moment as known_at,
    orders.customer_id,
    known_at.tier,
    orders.placed_at,
    orders.net,
    orders.currency,
    states.state as order_state,
    states.state_version as order_state_version,
    coalesce(promises.count_shipments, 0) as count_shipments,
    coalesce(scans.count_scans, 0) as count_scans,
    scans.last_scan_at,
    scans.last_scan_status,
    scans.scan_ids,
    coalesce(stock_notes.count_notes, 0) as count_stock_notes,
    stock_notes.note_ids as stock_note_ids,
    coalesce(ticket_notes.count_tickets, 0) as count_tickets,
    ticket_notes.ticket_ids,
    coalesce(promises.promise_original_at, orders.promised_delivery_at) as promise_original_at,
    coalesce(states.promise_at, promises.promise_original_at, orders.promised_delivery_at) as promise_at,
    orders.promised_ship_by,
    orders.order_id is not null as has_order,
    -- an order that has not left has no parcel to show, and its state says so
    coalesce(scans.count_scans, 0) > 0
    or coalesce(states.state in ('placed', 'on_hold', 'backordered', 'label_created', 'cancelled'), false) as has_shipment_state,
    coalesce(stock_notes.count_notes, 0) + coalesce(ticket_notes.count_tickets, 0) > 0 as has_notes,
    coalesce(promises.promise_original_at, orders.promised_delivery_at) is not null as has_promise,
    orders.order_id is not null
    and (
        coalesce(scans.count_scans, 0) > 0
        or coalesce(states.state in ('placed', 'on_hold', 'backordered', 'label_created', 'cancelled'), false)
    )
    and coalesce(promises.promise_original_at, orders.promised_delivery_at) is not null as is_supported_by_records,
from known_at
left join orders
    on known_at.order_key = orders.order_key
left join promises
    on known_at.exception_id = promises.exception_id
left join scans
    on known_at.exception_id = scans.exception_id
left join stock_notes
    on known_at.exception_id = stock_notes.exception_id
left join ticket_notes
    on known_at.exception_id = ticket_notes.exception_id
left join states
    on known_at.exception_id = states.exception_id

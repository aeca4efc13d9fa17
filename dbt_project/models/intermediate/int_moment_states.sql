with

moments as (

    select * from {{ ref('int_contact_moments') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

-- holds are few, and the spans of an order do not overlap: found first, so that all moments are joined by a plain key
held_moments as (

    select moments.contact_key
    from moments
    inner join {{ ref('int_order_holds') }} as order_holds
        on moments.order_key = order_holds.order_key
    where
        moments.at_moment >= order_holds.held_from
        and (order_holds.held_until is null or moments.at_moment < order_holds.held_until)

),

moment_shipments as (

    select * from {{ ref('int_moment_shipments') }}

),

shipments as (

    select * from {{ ref('int_shipments') }}

),

promise_rules as (

    select * from {{ ref('int_promise_rules') }}

),

joined as (

    select
        moments.contact_key,
        moments.at_moment,
        moments.order_key,
        orders.order_key is not null as is_order_known,
        moment_shipments.* exclude (contact_key),
        shipments.shipment_id,
        shipments.carrier,
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(shipments.region, orders.region, customers.region, 'unknown') as region,
        coalesce(shipments.warehouse_id, orders.warehouse_id, 'unknown') as warehouse,
        coalesce(orders.product_category, 'unknown') as product_category,
        promise_rules.stalled_hours,
        promise_rules.lost_hours,
        promise_rules.no_first_scan_hours,
        held_moments.contact_key is not null as was_on_hold,
        orders.has_left_value,
        orders.has_cancelled_value,
        orders.ship_by_at,
        -- the date that was shown first: a later one may have been given after the moment
        coalesce(
            shipments.promise_original_at, orders.promised_delivery_at, shipments.promise_current_at
        ) as promise_at,
        orders.placed_at <= moments.at_moment as was_placed,
        orders.cancelled_at <= moments.at_moment as was_cancelled,
        least(shipments.label_at, moment_shipments.info_received_at) as labelled_at,
        shipments.handover_at <= moments.at_moment as was_handed_over,
        shipments.delivered_at <= moments.at_moment as was_delivered,
        shipments.handover_at,
    from moments
    left join customers
        on moments.customer_key = customers.customer_key
    left join orders
        on moments.order_key = orders.order_key
    left join held_moments
        on moments.contact_key = held_moments.contact_key
    left join moment_shipments
        on moments.contact_key = moment_shipments.contact_key
    left join shipments
        on moment_shipments.shipment_key = shipments.shipment_key
    -- the limits in force at the moment; the first pair of tier and service is unknown, and so is an order without parcel
    inner join promise_rules
        on coalesce(shipments.rule_key, 1) = promise_rules.rule_key
    where
        moments.at_moment >= promise_rules.valid_from
        and (promise_rules.valid_to is null or moments.at_moment < promise_rules.valid_to)

),

-- the furthest stage reached by then, so the chain runs from the last stage to the first (seed delivery_stages)
final as (

    select
        joined.* exclude (was_delivered),
        coalesce(joined.was_delivered, false) or coalesce(joined.has_delivered, false) as was_delivered,
        -- since when the carrier has been silent, as seen at that moment
        greatest(
            joined.last_carrier_scan_at,
            case when joined.was_handed_over then joined.handover_at end
        ) as last_movement_at,
        case
            when joined.was_cancelled then 'cancelled'
            when joined.has_returned then 'returned'
            when joined.has_returning then 'returning'
            when joined.has_delivered or joined.was_delivered then 'delivered'
            when joined.has_available_for_pickup then 'available_for_pickup'
            when joined.has_attempt_failed then 'attempt_failed'
            when joined.has_out_for_delivery then 'out_for_delivery'
            when joined.has_in_transit then 'in_transit'
            when joined.was_handed_over then 'handed_over'
            when joined.labelled_at <= joined.at_moment then 'label_created'
            when joined.was_placed then 'placed'
            else 'unknown'
        end as delivery_stage,
    from joined

)

select * from final

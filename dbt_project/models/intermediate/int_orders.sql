with

orders as (

    select * from {{ ref('stg_orders') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

promise_rules as (

    select * from {{ ref('int_promise_rules') }}

),

order_status_values as (

    select * from {{ ref('order_status_values') }}

),

ranked_lines as (

    select
        order_items.order_key,
        order_items.category,
        row_number() over (
            partition by order_items.order_key
            order by order_items.quantity * order_items.unit_price desc, order_items.line_no
        ) as line_rank,
    from {{ ref('stg_order_items') }} as order_items

),

top_lines as (

    select * from ranked_lines
    where line_rank = 1

),

first_shipments as (

    select
        shipments.order_key,
        min(shipments.shipment_id) as first_shipment_id,
        count(*) as count_shipments,
    from {{ ref('stg_shipments') }} as shipments
    group by shipments.order_key

),

final as (

    select
        orders.order_id,
        orders.order_key,
        orders.customer_key,
        orders.placed_at,
        orders.cancelled_at,
        orders.promised_delivery_at,
        coalesce(nullif(trim(orders.brand), ''), 'unknown') as brand,
        orders.region,
        orders.warehouse_id,
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(customers.tier, 'unknown') as tier,
        coalesce(orders.region, customers.region) as order_region,
        top_lines.category as product_category,
        first_shipments.first_shipment_id,
        coalesce(first_shipments.count_shipments, 0) as count_shipments,
        -- a shop that sends no ship-by time is held to the default of the rules
        coalesce(
            orders.promised_ship_by,
            {{ add_hours('orders.placed_at', 'promise_rules.unshipped_hours') }}
        ) as ship_by_at,
        case when orders.promised_ship_by is null then promise_rules.threshold_version end as ship_by_version,
        promise_rules.rule_key,
        coalesce(fulfillment.meaning = 'left', false) as has_left_value,
        coalesce(fulfillment.meaning = 'cancelled', false) as has_cancelled_value,
    from orders
    left join customers
        on orders.customer_key = customers.customer_key
    -- every tier and service of the data has a row for every instant
    inner join promise_rules
        on
            coalesce(customers.tier, 'unknown') = promise_rules.tier
            and coalesce(orders.service_level, 'unknown') = promise_rules.service
    left join top_lines
        on orders.order_key = top_lines.order_key
    left join first_shipments
        on orders.order_key = first_shipments.order_key
    left join order_status_values as fulfillment
        on
            fulfillment.facet = 'fulfillment_status'
            and lower(orders.fulfillment_status) = fulfillment.value
    where
        orders.placed_at >= promise_rules.valid_from
        and (promise_rules.valid_to is null or orders.placed_at < promise_rules.valid_to)

)

select * from final

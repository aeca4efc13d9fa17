with

orders as (

    select * from {{ ref('int_orders') }}

),

source_orders as (

    select * from {{ ref('stg_orders') }}

),

first_shipments as (

    select * from {{ ref('int_shipments') }}

),

contacts as (

    select
        order_contacts.order_key,
        count(*) as count_contacts_30d,
        sum(case when order_contacts.is_status_check then 1 else 0 end) as count_status_contacts_30d,
    from {{ ref('int_order_contacts') }} as order_contacts
    group by order_contacts.order_key

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    orders.order_id,
    source_orders.customer_id,
    orders.placed_at,
    {{ week_start('orders.placed_at') }} as week_start_date,
    orders.segment,
    coalesce(first_shipments.carrier, 'unknown') as carrier,
    coalesce(first_shipments.region, orders.order_region, 'unknown') as region,
    coalesce(first_shipments.warehouse_id, orders.warehouse_id, 'unknown') as warehouse,
    coalesce(orders.product_category, 'unknown') as product_category,
    orders.tier,
    source_orders.store_id,
    source_orders.channel,
    source_orders.currency,
    source_orders.net,
    source_orders.payment_status,
    source_orders.fulfillment_status,
    orders.cancelled_at,
    orders.ship_by_at,
    orders.promised_delivery_at,
    orders.count_shipments,
    coalesce(contacts.count_contacts_30d, 0) as count_contacts_30d,
    cast(coalesce(contacts.count_status_contacts_30d, 0) as bigint) as count_status_contacts_30d,
    least(720.0, {{ hours_between('orders.placed_at', 'run_context.as_of') }}) as contact_followup_hours,
    orders.order_key,
    orders.customer_key,
    {{ launch_phase_at('orders.placed_at') | indent(4) }} as phase,
    orders.brand,
from orders
inner join source_orders
    on orders.order_key = source_orders.order_key
left join first_shipments
    on
        orders.order_key = first_shipments.order_key
        and orders.first_shipment_id = first_shipments.shipment_id
left join contacts
    on orders.order_key = contacts.order_key
cross join run_context
{{ launch_scope_joins("'order_support'", no_source(), 'orders.segment') }}

with

customers as (

    select * from {{ ref('stg_customers') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

shipments as (

    select * from {{ ref('stg_shipments') }}

),

mentions as (

    select
        coalesce(customers.region, 'unknown') as region,
        count(*) as count_customers,
        0 as count_orders,
    from customers
    group by customers.region

    union all

    select
        orders.region,
        0 as count_customers,
        count(*) as count_orders,
    from orders
    group by orders.region

    union all

    -- a second shipment may go to a region that no customer and no first shipment has
    select
        shipments.region,
        0 as count_customers,
        0 as count_orders,
    from shipments
    where shipments.region is not null
    group by shipments.region

    union all

    select
        'unknown' as region,
        0 as count_customers,
        0 as count_orders,

)

select
    region,
    cast(sum(count_customers) as bigint) as count_customers,
    cast(sum(count_orders) as bigint) as count_orders,
from mentions
group by region

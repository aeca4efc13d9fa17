with

first_orders as (

    select
        orders.customer_key,
        min(orders.placed_at) as first_order_at,
    from {{ ref('int_orders') }} as orders
    where orders.customer_key is not null
    group by orders.customer_key

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_customers as (

    select
        customers.customer_key,
        customers.segment,
        customers.churned_at,
        case when customers.first_order_at <= run_context.as_of then customers.first_order_at end as first_order_at,
    from {{ ref('stg_customers') }} as customers
    cross join run_context

),

-- the shop may know of orders that were placed before the warehouse's first one
joined as (

    select
        coalesce(known_customers.customer_key, first_orders.customer_key) as customer_key,
        coalesce(known_customers.segment, 'unknown') as segment,
        known_customers.churned_at,
        least(
            coalesce(known_customers.first_order_at, first_orders.first_order_at),
            coalesce(first_orders.first_order_at, known_customers.first_order_at)
        ) as first_order_at,
    from known_customers
    full join first_orders
        on known_customers.customer_key = first_orders.customer_key

)

select
    joined.customer_key,
    joined.segment,
    {{ week_start('joined.first_order_at') }} as first_order_week,
    cast(joined.first_order_at at time zone run_context.reporting_timezone as date) as first_order_day,
    {{ week_start('joined.churned_at') }} as churned_week,
from joined
cross join run_context
where joined.first_order_at is not null

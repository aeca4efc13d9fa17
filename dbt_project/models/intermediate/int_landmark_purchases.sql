with

run_context as (

    select * from {{ ref('stg_run_context') }}

),

buyers as (

    select * from {{ ref('int_buyers') }}

),

orders as (

    select
        orders.customer_key,
        orders.placed_at,
        {{ week_start('orders.placed_at') }} as placed_week,
        lag(orders.placed_at) over (
            partition by orders.customer_key
            order by orders.placed_at
        ) as earlier_at,
    from {{ ref('int_orders') }} as orders
    cross join run_context
    where orders.customer_key is not null

),

contacting as (

    select distinct
        contacts.customer_key,
        {{ week_start('contacts.started_at') }} as week_start_date,
    from {{ ref('int_contacts') }} as contacts
    cross join run_context
    where contacts.is_contact

),

-- the week before the one of an order ends before it, and so do the thirteen before that: as far as 90 days reach
followed as (

    select
        orders.customer_key,
        orders.placed_at,
        orders.earlier_at,
        cast(orders.placed_week - spine.replicate * interval 7 day as date) as week_start_date,
    from orders
    cross join {{ integer_spine(1, 14) }} as spine

),

-- the first order after the end of a week; one at that very instant is not after it
next_orders as (

    select
        followed.customer_key,
        followed.week_start_date,
        {{ hours_between(week_end_at('followed.week_start_date'), 'followed.placed_at') }} as hours_to_order,
    from followed
    cross join run_context
    where
        followed.placed_at > {{ week_end_at('followed.week_start_date') }}
        and (followed.earlier_at is null or followed.earlier_at <= {{ week_end_at('followed.week_start_date') }})

),

united as (

    select
        coalesce(contacting.customer_key, next_orders.customer_key) as customer_key,
        coalesce(contacting.week_start_date, next_orders.week_start_date) as week_start_date,
        contacting.customer_key is not null as is_contacting,
        next_orders.hours_to_order,
    from contacting
    full join next_orders
        on
            contacting.customer_key = next_orders.customer_key
            and contacting.week_start_date = next_orders.week_start_date

)

select
    united.customer_key,
    united.week_start_date,
    united.is_contacting,
    united.hours_to_order,
    buyers.segment,
    buyers.first_order_day,
from united
inner join buyers
    on united.customer_key = buyers.customer_key
where
    buyers.first_order_week < united.week_start_date
    and (buyers.churned_week is null or buyers.churned_week > united.week_start_date)

with

contacts as (

    select * from {{ ref('int_contacts') }}
    where is_contact

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

timeline as (

    select
        contacts.contact_key,
        contacts.customer_key,
        {{ epoch_micros('contacts.started_at') }} as at_us,
        {{ week_start('contacts.started_at') }} as week_start_date,
        {{ hours_between('contacts.started_at', 'run_context.as_of') }} as observed_hours,
    from contacts
    cross join run_context

    union all

    select
        null::bigint as contact_key,
        orders.customer_key,
        {{ epoch_micros('orders.placed_at') }} as at_us,
        null::date as week_start_date,
        null::double as observed_hours,
    from {{ ref('int_orders') }} as orders
    where orders.customer_key is not null

),

-- windows over sorted groups: what came before and what comes next, without a join of contacts to orders
seen as (

    select
        *,
        min(case when contact_key is null then at_us end) over (
            partition by customer_key
            order by at_us
            range between 1 following and unbounded following
        ) as next_order_us,
        max(case when contact_key is not null then at_us end) over (
            partition by customer_key
            order by at_us
            range between 604800000000 preceding and 1 preceding
        ) as earlier_contact_us,
    from timeline

)

select
    contact_key,
    earlier_contact_us is not null as has_contact_before_7d,
    row_number() over (
        partition by customer_key, week_start_date
        order by at_us, contact_key
    ) = 1 as is_first_of_week,
    (next_order_us - at_us) / 3600000000.0 as hours_to_next_order,
    observed_hours,
from seen
where contact_key is not null

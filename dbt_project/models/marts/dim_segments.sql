with

customers as (

    select * from {{ ref('stg_customers') }}

),

mentions as (

    select
        coalesce(customers.segment, 'unknown') as segment,
        count(*) as count_customers,
    from customers
    group by customers.segment

    union all

    select
        'unknown' as segment,
        0 as count_customers,

)

select
    segment,
    cast(sum(count_customers) as bigint) as count_customers,
from mentions
group by segment

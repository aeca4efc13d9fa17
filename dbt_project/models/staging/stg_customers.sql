with

source as (

    select * from {{ source('raw', 'all_customers') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

renamed as (

    select
        source.customer_id,
        source.customer_key,
        source.segment,
        source.tier,
        source.region,
        source.country,
        source.lifecycle_stage,
        source.first_order_at,
        case when source.churned_at <= run_context.as_of then source.churned_at end as churned_at,
        source.email is not null or source.phone is not null as has_contact,
    from source
    cross join run_context

)

select * from renamed

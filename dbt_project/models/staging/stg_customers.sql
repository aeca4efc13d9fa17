with

source as (

    select * from {{ source('raw', 'all_customers') }}

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
    from source

)

select * from renamed

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
        source.email is not null or source.phone is not null as has_contact,
    from source

)

select * from renamed

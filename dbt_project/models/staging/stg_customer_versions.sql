with

current_versions as (

    select
        customer_id,
        customer_key,
        source_updated_at,
        tier,
    from {{ source('raw', 'all_customers') }}

),

earlier_versions as (

    select
        customer_id,
        customer_key,
        source_updated_at,
        tier,
    from {{ source('raw', 'customers__history') }}
    where _fate = 'superseded'

),

unioned as (

    select
        *,
        true as is_current,
    from current_versions

    union all

    select
        *,
        false as is_current,
    from earlier_versions

)

select * from unioned

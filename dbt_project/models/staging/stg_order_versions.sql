with

current_versions as (

    select
        order_id,
        order_key,
        source_updated_at,
        payment_status,
        fulfillment_status,
        risk_level,
    from {{ source('raw', 'all_orders') }}

),

earlier_versions as (

    select
        order_id,
        order_key,
        source_updated_at,
        payment_status,
        fulfillment_status,
        risk_level,
    from {{ source('raw', 'orders__history') }}
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

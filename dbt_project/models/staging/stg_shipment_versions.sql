with

current_versions as (

    select
        shipment_id,
        shipment_key,
        order_key,
        source_updated_at,
        promise_current_at,
    from {{ source('raw', 'all_shipments') }}

),

earlier_versions as (

    select
        shipment_id,
        shipment_key,
        order_key,
        source_updated_at,
        promise_current_at,
    from {{ source('raw', 'shipments__history') }}
    where _fate = 'superseded'

),

unioned as (

    select * from current_versions

    union all

    select * from earlier_versions

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select unioned.*
    from unioned
    cross join run_context
    where unioned.source_updated_at <= run_context.as_of

)

select * from known_by_as_of

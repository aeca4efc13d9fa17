with

source as (

    select * from {{ source('raw', 'all_inventory_events') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.event_id,
        source."at" as event_at,
        source.sku,
        source.warehouse_id,
        source.kind,
        source.quantity,
        source.order_id,
        source.order_key,
    from source
    cross join run_context
    where source."at" <= run_context.as_of

)

select * from known_by_as_of

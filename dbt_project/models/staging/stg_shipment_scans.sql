with

source as (

    select * from {{ source('raw', 'all_shipment_scans') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.shipment_id,
        source.shipment_key,
        source.scan_id,
        source.scanned_at,
        source.status,
        source.raw_code,
    from source
    cross join run_context
    where source.scanned_at <= run_context.as_of

)

select * from known_by_as_of

with

source as (

    select * from {{ source('raw', 'all_shipments') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.shipment_id,
        source.shipment_key,
        source.order_id,
        source.order_key,
        source.carrier,
        source.service,
        source.warehouse_id,
        source.region,
        source.zone,
        case when source.label_at <= run_context.as_of then source.label_at end as label_at,
        case when source.handover_at <= run_context.as_of then source.handover_at end as handover_at,
        source.promise_original_at,
        source.promise_current_at,
        case when source.first_attempt_at <= run_context.as_of then source.first_attempt_at end as first_attempt_at,
        case when source.delivered_at <= run_context.as_of then source.delivered_at end as delivered_at,
        source.final_status,
    from source
    cross join run_context

)

select * from known_by_as_of

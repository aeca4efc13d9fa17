with

source as (

    select * from {{ source('raw', 'all_returns') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.return_id,
        source.line_no,
        source.order_id,
        source.order_key,
        source.sku,
        source.requested_at,
        source.reason,
        case when source.received_at <= run_context.as_of then source.received_at end as received_at,
        source.eligible,
        case when source.received_at <= run_context.as_of then source.disposition end as disposition,
    from source
    cross join run_context
    where source.requested_at <= run_context.as_of

)

select * from known_by_as_of

with

source as (

    select * from {{ source('raw', 'all_promises') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.promise_id,
        source.call_id,
        source.call_key,
        source.order_id,
        source.order_key,
        source.kind,
        source.promised_at,
    from source
    cross join run_context
    where source.promised_at <= run_context.as_of

)

select * from known_by_as_of

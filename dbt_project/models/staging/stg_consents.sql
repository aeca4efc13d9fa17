with

source as (

    select * from {{ source('raw', 'all_consents') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.customer_id,
        source.customer_key,
        source.channel,
        source.valid_from,
        source.status,
        source.captured_via,
        source.call_id,
        source.call_key,
    from source
    cross join run_context
    where source.valid_from <= run_context.as_of

)

select * from known_by_as_of

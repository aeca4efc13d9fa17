with

source as (

    select * from {{ source('raw', 'all_call_events') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.call_id,
        source.call_key,
        source.event_seq,
        source.event_at,
        source.event_type,
        source.name,
        source.ok,
        source.payload,
    from source
    cross join run_context
    where source.event_at <= run_context.as_of

)

select * from known_by_as_of

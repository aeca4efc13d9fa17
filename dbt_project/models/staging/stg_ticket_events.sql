with

source as (

    select * from {{ source('raw', 'all_ticket_events') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.ticket_id,
        source.ticket_key,
        source.event_id,
        source."at" as event_at,
        source.actor_type,
        source.field,
    from source
    cross join run_context
    where source."at" <= run_context.as_of

)

select * from known_by_as_of

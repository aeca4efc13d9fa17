with

source as (

    select * from {{ source('raw', 'all_incident_updates') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.incident_id,
        source.update_no,
        source.stage,
        source."at" as published_at,
        source.approved_message_id,
        source.expires_at,
    from source
    cross join run_context
    where source."at" <= run_context.as_of

)

select * from known_by_as_of

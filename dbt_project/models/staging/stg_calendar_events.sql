with

source as (

    select * from {{ source('raw', 'all_calendar_events') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.event_id,
        source.kind,
        coalesce(nullif(trim(source.name), ''), source.kind) as name,
        source.starts_at,
        source.ends_at,
    from source
    cross join run_context
    where
        source.starts_at <= run_context.as_of
        and source.starts_at < source.ends_at

)

select * from known_by_as_of

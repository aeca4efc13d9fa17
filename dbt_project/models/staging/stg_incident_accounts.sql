with

source as (

    select * from {{ source('raw', 'all_incident_accounts') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.incident_id,
        source.customer_id,
        source.customer_key,
        source.roster_version,
        source.added_at,
        source.impact_level,
        source.high_value,
    from source
    cross join run_context
    where source.added_at <= run_context.as_of

)

select * from known_by_as_of

with

source as (

    select * from {{ source('raw', 'all_incidents') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.incident_id,
        source.severity,
        case when source.severity_confirmed_at <= run_context.as_of then source.severity_confirmed_at end
            as severity_confirmed_at,
        source.service,
        source.product_area,
        source.region,
        source.first_impact_at,
        source.detected_at,
        source.opened_at,
        case when source.assigned_at <= run_context.as_of then source.assigned_at end as assigned_at,
        source.detected_by,
        source.title,
        case when source.resolved_at <= run_context.as_of then source.resolved_at end as resolved_at,
    from source
    cross join run_context
    where source.opened_at <= run_context.as_of

)

select * from known_by_as_of

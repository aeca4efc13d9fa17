with

incidents as (

    select * from {{ ref('stg_incidents') }}

),

rules as (

    select * from {{ ref('int_incident_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

final as (

    select
        incidents.incident_id,
        incidents.severity,
        incidents.severity_confirmed_at,
        incidents.service,
        incidents.product_area,
        incidents.title,
        incidents.first_impact_at,
        incidents.detected_at,
        incidents.opened_at,
        incidents.assigned_at,
        incidents.resolved_at,
        incidents.detected_by,
        {{ week_start('incidents.opened_at') }} as week_start_date,
        coalesce(incidents.detected_by, 'unknown') as source,
        coalesce(incidents.region, 'unknown') as region,
        coalesce(incidents.first_impact_at, incidents.detected_at, incidents.opened_at) as started_at,
        {{ add_hours('incidents.resolved_at', 'rules.after_resolution_hours') }} as window_end_at,
        -- a signal may come before the incident is known: at the first impact, else some hours before anybody knew
        coalesce(
            incidents.first_impact_at,
            {{ add_hours(
                'least(coalesce(incidents.detected_at, incidents.opened_at), incidents.opened_at)',
                '(-rules.signal_lookback_minutes / 60.0)'
            ) }}
        ) as signal_from_at,
        lower(
            coalesce(incidents.service, '') || ' ' || coalesce(incidents.product_area, '') || ' '
            || coalesce(incidents.title, '')
        ) as words,
        {{ hours_between(
            'coalesce(incidents.first_impact_at, incidents.detected_at, incidents.opened_at)', 'run_context.as_of'
        ) }} as observed_hours,
    from incidents
    cross join rules
    cross join run_context

)

select * from final

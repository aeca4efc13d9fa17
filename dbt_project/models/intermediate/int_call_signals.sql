with

calls as (

    select * from {{ ref('int_calls') }}

),

primary_tags as (

    select * from {{ ref('int_call_tags') }}
    where
        tag_rank = 1
        and status = 'accepted'

),

incidents as (

    select * from {{ ref('stg_incidents') }}

),

site_calls as (

    select
        calls.call_key,
        calls.started_at,
        calls.incident_id,
        -- an unknown caller counts as a customer of its own
        coalesce(calls.customer_key, calls.call_key) as reporter_key,
        {{ epoch_micros('calls.started_at') }} as started_us,
    from calls
    inner join primary_tags
        on calls.call_key = primary_tags.call_key
    where
        calls.is_person
        and primary_tags.code in ('SITE_TROUBLE', 'INC.STATUS.INCIDENT_UPDATE_REQUEST')

),

with_open_incident as (

    select
        site_calls.call_key,
        count(*) as count_open_incidents,
    from site_calls
    inner join incidents
        on
            site_calls.started_at >= coalesce(
                incidents.first_impact_at, incidents.detected_at, incidents.opened_at
            )
            and site_calls.started_at
            <= coalesce({{ add_hours('incidents.resolved_at', 48) }}, site_calls.started_at)
    group by site_calls.call_key

),

-- the same complaint by different customers within an hour is a signature, whoever opened an incident
final as (

    select
        site_calls.call_key,
        site_calls.incident_id is not null
        or with_open_incident.call_key is not null as has_open_incident,
        count(distinct site_calls.reporter_key) over (
            order by site_calls.started_us
            range between 3600000000 preceding and current row
        ) as count_reporters_60_minutes,
    from site_calls
    left join with_open_incident
        on site_calls.call_key = with_open_incident.call_key

)

select * from final

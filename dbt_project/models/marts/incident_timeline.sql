with

review as (

    select * from {{ ref('incident_review') }}

),

happened as (

    select incident_id, first_impact_at as at_moment, 'first_impact' as event, null as detail, 'incident' as item_id
    from review

    union all

    select incident_id, first_report_at, 'first_report', null, 'incident'
    from review

    union all

    select incident_id, signal_at, 'signal', null, 'incident'
    from review

    union all

    select incident_id, detected_at, 'detected', source, 'incident'
    from review

    union all

    select incident_id, opened_at, 'opened', null, 'incident'
    from review

    union all

    select incident_id, assigned_at, 'assigned', null, 'incident'
    from review

    union all

    select incident_id, severity_confirmed_at, 'severity_confirmed', severity, 'incident'
    from review

    union all

    select incident_id, resolved_at, 'resolved', null, 'incident'
    from review

    union all

    select incident_id, first_added_at, 'roster_version', roster_version || ': ' || count_accounts || ' accounts',
        roster_version
    from {{ ref('incident_roster_versions') }}

    union all

    select incident_id, published_at, 'update', stage, cast(update_no as varchar)
    from {{ ref('int_incident_updates') }}

    union all

    select incident_id, sent_at, 'alert', channel, alert_id
    from {{ ref('fct_incident_alerts') }}
    where incident_id is not null

)

select
    happened.incident_id,
    happened.event,
    happened.item_id,
    happened.at_moment,
    {{ minutes_between('review.opened_at', 'happened.at_moment') }} as minutes_after_opening,
    happened.detail,
from happened
inner join review
    on happened.incident_id = review.incident_id
where happened.at_moment is not null

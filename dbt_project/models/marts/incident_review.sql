with

incidents as (

    select * from {{ ref('int_incidents') }}

),

accounts as (

    select
        incident_id,
        count(case when is_on_roster then 1 end) as count_accounts,
        count(case when is_on_roster and is_high_value then 1 end) as count_high_value_accounts,
        count(case when count_contacts > 0 then 1 end) as count_calling_accounts,
        count(case when is_repeat_caller then 1 end) as count_repeat_callers,
        count(case when is_on_roster and is_updated then 1 end) as count_updated_accounts,
        count(case when is_acknowledged then 1 end) as count_acknowledged_accounts,
        count(case when is_on_roster and is_churned_30d then 1 end) as count_churned_30d,
        min(first_update_delivered_at) as first_update_delivered_at,
    from {{ ref('fct_incident_accounts') }}
    group by incident_id

),

versions as (

    select
        incident_id,
        count(*) as count_roster_versions,
    from {{ ref('incident_roster_versions') }}
    group by incident_id

),

contacts as (

    select
        incident_id,
        count(*) as count_contacts,
        min(started_at) as first_contact_at,
        count(case when created_new_ticket then 1 end) as count_new_tickets,
        count(case when is_attached then 1 end) as count_attached,
        count(case when is_duplicate_ticket then 1 end) as count_duplicate_tickets,
        count(case when is_urgent_escalation then 1 end) as count_urgent_escalations,
        count(case when is_escalated then 1 end) as count_escalations,
        count(case when is_packet_complete then 1 end) as count_complete_packets,
    from {{ ref('fct_incident_contacts') }}
    group by incident_id

),

-- a report names the failure or is linked to the incident; who only asks for news has heard of it already
first_reports as (

    select
        contacts.incident_id,
        min(contacts.started_at) as first_report_at,
    from {{ ref('int_incident_contacts') }} as contacts
    left join {{ ref('int_incident_reports') }} as reports
        on contacts.contact_key = reports.contact_key
    where coalesce(reports.is_report, true)
    group by contacts.incident_id

),

codes as (

    select
        incident_id,
        reason_code,
        count(*) as count_contacts,
        row_number() over (
            partition by incident_id
            order by count(*) desc, reason_code
        ) as code_rank,
    from {{ ref('fct_incident_contacts') }}
    group by
        incident_id,
        reason_code

),

themes as (

    select
        incident_id,
        string_agg(reason_code || ' ' || count_contacts, ', ' order by code_rank) as reason_themes,
    from codes
    where code_rank <= 5
    group by incident_id

),

updates as (

    select
        incident_id,
        count(*) as count_updates,
        max(stage_no) as count_stages,
        max_by(stage, update_no) as last_stage,
        min(case when stage = 'identified' then published_at end) as identified_at,
    from {{ ref('int_incident_updates') }}
    group by incident_id

),

messages as (

    select
        incident_id,
        count(*) as count_messages,
        count(case when not is_approved then 1 end) as count_unapproved_statements,
    from {{ ref('fct_incident_messages') }}
    where incident_id is not null
    group by incident_id

),

alerts as (

    select
        incident_id,
        count(case when is_page then 1 end) as count_pages,
        count(case when is_page and not is_severity_confirmed then 1 end) as count_unconfirmed_pages,
        count(case when not is_in_order then 1 end) as count_alerts_out_of_order,
    from {{ ref('fct_incident_alerts') }}
    where incident_id is not null
    group by incident_id

),

-- the first report that fires from the beginning of the incident on, by each code that can mean it
timeline as (

    select
        code,
        at_us,
        at_us as firing_us,
        null as incident_id,
    from {{ ref('int_incident_reports') }}
    where is_firing

    union all

    select
        codes.code,
        {{ epoch_micros('incidents.signal_from_at') }} as at_us,
        null::bigint as firing_us,
        incidents.incident_id,
    from incidents
    inner join {{ ref('int_incident_codes') }} as codes
        on incidents.incident_id = codes.incident_id
    where codes.is_report

),

next_firings as (

    select
        incident_id,
        min(firing_us) over (
            partition by code
            order by at_us
            range between current row and unbounded following
        ) as firing_us,
    from timeline

),

first_firings as (

    select
        next_firings.incident_id,
        min(next_firings.firing_us) as signal_us,
    from next_firings
    inner join incidents
        on next_firings.incident_id = incidents.incident_id
    where
        incidents.resolved_at is null
        or next_firings.firing_us <= {{ epoch_micros('incidents.resolved_at') }}
    group by next_firings.incident_id

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    incidents.incident_id,
    incidents.title,
    incidents.severity,
    incidents.service,
    incidents.product_area,
    incidents.region,
    incidents.source,
    {{ launch_phase_at('incidents.opened_at') | indent(4) }} as phase,
    incidents.week_start_date,
    incidents.first_impact_at,
    incidents.detected_at,
    incidents.opened_at,
    incidents.assigned_at,
    incidents.severity_confirmed_at,
    incidents.resolved_at,
    incidents.window_end_at,
    updates.last_stage,
    coalesce(updates.count_updates, 0) as count_updates,
    coalesce(updates.count_stages, 0) as count_stages,
    first_reports.first_report_at,
    contacts.first_contact_at,
    {{ instant_of_micros('first_firings.signal_us') }} as signal_at,
    first_firings.signal_us is not null as is_signalled,
    ({{ epoch_micros('incidents.opened_at') }} - first_firings.signal_us) / 60000000.0 as signal_lead_minutes,
    {{ minutes_between('incidents.first_impact_at', 'incidents.detected_at') }} as minutes_impact_to_detected,
    case
        when first_reports.first_report_at <= incidents.opened_at
            then {{ minutes_between('first_reports.first_report_at', 'incidents.opened_at') }}
    end as minutes_report_to_opened,
    case
        when incidents.assigned_at is not null
            then greatest({{ minutes_between('incidents.opened_at', 'incidents.assigned_at') }}, 0.0)
    end as minutes_to_assign,
    {{ minutes_between('incidents.opened_at', 'run_context.as_of') }} as assign_followup_minutes,
    {{ minutes_between('incidents.detected_at', 'updates.identified_at') }} as minutes_detected_to_identified,
    {{ minutes_between('incidents.started_at', 'incidents.resolved_at') }} as minutes_to_resolve,
    {{ minutes_between(
        'coalesce(incidents.detected_at, incidents.opened_at)', 'accounts.first_update_delivered_at'
    ) }} as minutes_detected_to_first_update,
    coalesce(versions.count_roster_versions, 0) as count_roster_versions,
    coalesce(accounts.count_accounts, 0) as count_accounts,
    coalesce(accounts.count_high_value_accounts, 0) as count_high_value_accounts,
    coalesce(accounts.count_updated_accounts, 0) as count_updated_accounts,
    coalesce(accounts.count_acknowledged_accounts, 0) as count_acknowledged_accounts,
    coalesce(accounts.count_calling_accounts, 0) as count_calling_accounts,
    coalesce(accounts.count_repeat_callers, 0) as count_repeat_callers,
    coalesce(accounts.count_churned_30d, 0) as count_churned_30d,
    coalesce(contacts.count_contacts, 0) as count_contacts,
    greatest(coalesce(contacts.count_contacts, 0) - 1, 0) as count_duplicate_reports,
    coalesce(contacts.count_new_tickets, 0) as count_new_tickets,
    coalesce(contacts.count_attached, 0) as count_attached,
    coalesce(contacts.count_duplicate_tickets, 0) as count_duplicate_tickets,
    coalesce(contacts.count_escalations, 0) as count_escalations,
    coalesce(contacts.count_urgent_escalations, 0) as count_urgent_escalations,
    coalesce(contacts.count_complete_packets, 0) as count_complete_packets,
    coalesce(messages.count_messages, 0) as count_messages,
    coalesce(messages.count_unapproved_statements, 0) as count_unapproved_statements,
    coalesce(alerts.count_pages, 0) as count_pages,
    coalesce(alerts.count_unconfirmed_pages, 0) as count_unconfirmed_pages,
    coalesce(alerts.count_alerts_out_of_order, 0) as count_alerts_out_of_order,
    themes.reason_themes,
from incidents
left join accounts
    on incidents.incident_id = accounts.incident_id
left join versions
    on incidents.incident_id = versions.incident_id
left join contacts
    on incidents.incident_id = contacts.incident_id
left join first_reports
    on incidents.incident_id = first_reports.incident_id
left join themes
    on incidents.incident_id = themes.incident_id
left join updates
    on incidents.incident_id = updates.incident_id
left join messages
    on incidents.incident_id = messages.incident_id
left join alerts
    on incidents.incident_id = alerts.incident_id
left join first_firings
    on incidents.incident_id = first_firings.incident_id
cross join run_context
{{ launch_scope_joins("'incident'", 'incidents.source', "'unknown'") }}

with

alerts as (

    select * from {{ ref('stg_owner_alerts') }}

),

incident_contacts as (

    select * from {{ ref('int_incident_contacts') }}
    where call_key is not null

),

calls as (

    select * from {{ ref('int_calls') }}

),

incidents as (

    select * from {{ ref('int_incidents') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- an alert is about an incident, else about a call; every page is judged, of the others those about an incident
subjects as (

    select
        alerts.* exclude (incident_id),
        coalesce(alerts.incident_id, incident_contacts.incident_id, calls.incident_id) as incident_id,
    from alerts
    left join incident_contacts
        on alerts.call_key = incident_contacts.call_key
    left join calls
        on alerts.call_key = calls.call_key

),

judged as (

    select
        *,
        coalesce('incident ' || incident_id, 'call ' || call_id) as subject,
    from subjects
    where
        incident_id is not null
        or channel = 'page'

),

subject_tickets as (

    select
        'incident ' || incident_id as subject,
        min(created_at) as first_ticket_at,
    from {{ ref('int_incident_tickets') }}
    group by incident_id

    union all

    select
        'call ' || calls.call_id as subject,
        min(tickets.created_at) as first_ticket_at,
    from {{ ref('int_ticket_call_links') }} as ticket_call_links
    inner join {{ ref('stg_tickets') }} as tickets
        on ticket_call_links.ticket_key = tickets.ticket_key
    inner join calls
        on ticket_call_links.call_key = calls.call_key
    group by calls.call_id

),

with_ticket as (

    select
        judged.*,
        subject_tickets.first_ticket_at,
        min(
            case
                when judged.channel <> 'page' and judged.sent_at >= subject_tickets.first_ticket_at
                    then judged.sent_at
            end
        ) over (
            partition by judged.subject
        ) as first_team_at,
    from judged
    left join subject_tickets
        on judged.subject = subject_tickets.subject

)

select
    with_ticket.alert_id,
    with_ticket.incident_id,
    with_ticket.call_id,
    with_ticket.channel,
    with_ticket.sent_at,
    {{ week_start('with_ticket.sent_at') }} as week_start_date,
    coalesce(incidents.source, 'unknown') as source,
    coalesce(incidents.region, 'unknown') as region,
    {{ launch_phase_at('with_ticket.sent_at') | indent(4) }} as phase,
    with_ticket.channel = 'page' as is_page,
    with_ticket.severity_rule_id,
    with_ticket.severity_rule_id is not null
    and coalesce(incidents.severity_confirmed_at <= with_ticket.sent_at, false) as is_severity_confirmed,
    with_ticket.first_ticket_at,
    with_ticket.first_team_at,
    coalesce(with_ticket.first_ticket_at <= with_ticket.sent_at, false) as is_after_ticket,
    case
        when with_ticket.channel = 'page' then coalesce(with_ticket.first_team_at <= with_ticket.sent_at, false)
        else coalesce(with_ticket.first_ticket_at <= with_ticket.sent_at, false)
    end as is_in_order,
    with_ticket.acknowledged_at,
    {{ minutes_between('with_ticket.sent_at', 'with_ticket.acknowledged_at') }} as minutes_to_acknowledge,
from with_ticket
left join incidents
    on with_ticket.incident_id = incidents.incident_id
cross join run_context
{{ launch_scope_joins("'incident'", "coalesce(incidents.source, 'unknown')", "'unknown'") }}

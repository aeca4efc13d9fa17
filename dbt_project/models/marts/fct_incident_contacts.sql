with

incident_contacts as (

    select * from {{ ref('int_incident_contacts') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

incidents as (

    select * from {{ ref('int_incidents') }}

),

calls as (

    select
        calls.call_key,
        calls.ended_at,
        calls.created_ticket,
        calls.call_outcome,
        sources.urgency,
        sources.transcript_url,
        sources.owner_id,
    from {{ ref('int_calls') }} as calls
    inner join {{ ref('stg_calls') }} as sources
        on calls.call_key = sources.call_key

),

ticket_use as (

    select * from {{ ref('int_incident_ticket_use') }}

),

incident_tickets as (

    select * from {{ ref('int_incident_tickets') }}

),

facts as (

    select * from {{ ref('int_incident_facts') }}

),

reports as (

    select * from {{ ref('int_incident_reports') }}

),

roster as (

    select * from {{ ref('int_incident_roster') }}

),

urgent_words as (

    select value from {{ ref('incident_values') }}
    where role = 'urgent_escalation'

),

rules as (

    select * from {{ ref('int_incident_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

joined as (

    select
        contacts.* exclude (ticket_key, call_key),
        incident_contacts.call_key,
        incident_contacts.ticket_key,
        incident_contacts.incident_id,
        incident_contacts.link_rule,
        incident_contacts.is_in_window,
        incident_contacts.is_reconnect,
        incidents.opened_at,
        incidents.severity_confirmed_at is not null as is_severity_confirmed,
        incidents.service as incident_service,
        incidents.product_area,
        customers.tier as customer_tier,
        owners.kind as owner_kind,
        roster.customer_key is not null as is_on_roster,
        roster.impact_level,
        facts.incident_stage,
        facts.approved_message_id,
        facts.count_promises_said <= facts.count_promises as has_promises_recorded,
        reports.count_customers as count_similar_reports,
        reports.is_firing,
        -- a ticket that the customer opened is a new one by itself
        coalesce(calls.created_ticket, true) as created_new_ticket,
        ticket_use.ticket_key is not null as had_open_ticket,
        existing_tickets.ticket_id as open_ticket_id,
        coalesce(
            ticket_use.next_touch_us
            <= {{ epoch_micros('coalesce(calls.ended_at, contacts.started_at)') }}
            + rules.attach_minutes * 60000000,
            false
        ) as has_touched_open_ticket,
        coalesce(calls.call_outcome in ('transferred_human', 'deferred_human'), false) as is_escalated,
        calls.urgency,
        calls.transcript_url,
        hours.expected_contacts,
        hours.count_contacts as observed_contacts,
        hours.excess_share,
    from incident_contacts
    inner join contacts
        on incident_contacts.contact_key = contacts.contact_key
    inner join incidents
        on incident_contacts.incident_id = incidents.incident_id
    inner join facts
        on incident_contacts.contact_key = facts.contact_key
    inner join {{ ref('int_incident_hours') }} as hours
        on {{ epoch_micros('incident_contacts.started_at') }} // 3600000000 = hours.hour_no
    left join calls
        on incident_contacts.call_key = calls.call_key
    left join {{ ref('stg_owners') }} as owners
        on calls.owner_id = owners.owner_id
    left join {{ ref('stg_customers') }} as customers
        on incident_contacts.customer_key = customers.customer_key
    left join roster
        on
            incident_contacts.incident_id = roster.incident_id
            and incident_contacts.customer_key = roster.customer_key
    left join ticket_use
        on incident_contacts.contact_key = ticket_use.contact_key
    left join incident_tickets as existing_tickets
        on ticket_use.ticket_key = existing_tickets.ticket_key
    left join reports
        on incident_contacts.contact_key = reports.contact_key
    cross join rules

),

with_packet as (

    select
        *,
        is_escalated and coalesce(urgency in (select value from urgent_words), false) as is_urgent_escalation,
        case when is_escalated then is_on_roster end as packet_has_account,
        case when is_escalated then product_area is not null end as packet_has_product_area,
        case when is_escalated then reason_evidence is not null end as packet_has_error_message,
        case when is_escalated then region <> 'unknown' end as packet_has_region,
        case when is_escalated then urgency is not null end as packet_has_urgency,
        case when is_escalated then impact_level is not null end as packet_has_business_impact,
        case when is_escalated then count_similar_reports is not null end as packet_has_similar_reports,
        case when is_escalated then transcript_url is not null end as packet_has_transcript_link,
        case when is_escalated then has_promises_recorded end as packet_has_promise,
    from joined

)

select
    case when call_key is not null then 'call:' || call_id else 'ticket:' || ticket_id end as contact_id,
    incident_id,
    customer_id,
    with_packet.started_at,
    {{ week_start('with_packet.started_at') }} as week_start_date,
    source,
    segment,
    owner,
    outcome,
    carrier,
    region,
    warehouse,
    product_category,
    delivery_stage,
    reason_code,
    phase,
    channel,
    link_rule,
    case
        when started_at >= opened_at then 'incident_status'
        when coalesce(is_firing, false) then 'support_spike'
        else 'customer_call'
    end as trigger_kind,
    is_on_roster,
    is_in_window,
    is_reconnect,
    incident_stage,
    incident_service,
    coalesce(customer_tier, 'unknown') as customer_tier,
    had_open_ticket,
    open_ticket_id,
    approved_message_id,
    created_new_ticket,
    had_open_ticket and has_touched_open_ticket and not created_new_ticket as is_attached,
    had_open_ticket and created_new_ticket as is_duplicate_ticket,
    observed_contacts,
    expected_contacts,
    excess_share,
    is_escalated,
    is_urgent_escalation,
    is_severity_confirmed,
    case when is_escalated then coalesce(owner_kind, 'unknown') end as escalation_owner_kind,
    packet_has_account,
    packet_has_product_area,
    packet_has_error_message,
    packet_has_region,
    packet_has_urgency,
    packet_has_business_impact,
    packet_has_similar_reports,
    packet_has_transcript_link,
    packet_has_promise,
    packet_has_account and packet_has_product_area and packet_has_error_message and packet_has_region
    and packet_has_urgency and packet_has_business_impact and packet_has_similar_reports
    and packet_has_transcript_link and packet_has_promise as is_packet_complete,
    contact_key,
    call_key,
    ticket_key,
    customer_key,
from with_packet
cross join run_context

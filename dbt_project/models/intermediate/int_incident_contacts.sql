with

contacts as (

    select * from {{ ref('int_contacts') }}
    where is_contact

),

incidents as (

    select * from {{ ref('int_incidents') }}

),

codes as (

    select * from {{ ref('int_incident_codes') }}

),

roster as (

    select * from {{ ref('int_incident_roster') }}

),

-- a link on the call, on the ticket that is the contact, or on the ticket that the call made
links as (

    select
        calls.call_key as contact_key,
        calls.incident_id,
        0 as link_rank,
    from {{ ref('int_calls') }} as calls
    where calls.incident_id is not null

    union all

    select
        -1 - tickets.ticket_key as contact_key,
        tickets.incident_id,
        0 as link_rank,
    from {{ ref('stg_tickets') }} as tickets
    where tickets.incident_id is not null

    union all

    select
        ticket_call_links.call_key as contact_key,
        tickets.incident_id,
        1 as link_rank,
    from {{ ref('stg_tickets') }} as tickets
    inner join {{ ref('int_ticket_call_links') }} as ticket_call_links
        on tickets.ticket_key = ticket_call_links.ticket_key
    where tickets.incident_id is not null

),

by_link as (

    select
        contacts.contact_key,
        incidents.incident_id,
        'link' as link_rule,
        links.link_rank,
        incidents.started_at as incident_started_at,
    from links
    inner join contacts
        on links.contact_key = contacts.contact_key
    inner join incidents
        on links.incident_id = incidents.incident_id

),

by_signature as (

    select
        contacts.contact_key,
        incidents.incident_id,
        'signature' as link_rule,
        2 as link_rank,
        incidents.started_at as incident_started_at,
    from contacts
    inner join roster
        on contacts.customer_key = roster.customer_key
    inner join incidents
        on roster.incident_id = incidents.incident_id
    inner join codes
        on
            incidents.incident_id = codes.incident_id
            and contacts.stated_reason_code = codes.code
    where
        contacts.started_at >= incidents.started_at
        and (incidents.window_end_at is null or contacts.started_at <= incidents.window_end_at)

),

candidates as (

    select * from by_link

    union all

    select * from by_signature

),

-- one incident per contact: a link before a guess, then the incident that began last
ranked as (

    select
        *,
        row_number() over (
            partition by contact_key
            order by link_rank, incident_started_at desc, incident_id
        ) as candidate_rank,
    from candidates

),

final as (

    select
        ranked.contact_key,
        ranked.incident_id,
        ranked.link_rule,
        contacts.call_key,
        contacts.ticket_key,
        contacts.customer_key,
        contacts.started_at,
        contacts.stated_reason_code,
        contacts.started_at >= incidents.started_at
        and (incidents.window_end_at is null or contacts.started_at <= incidents.window_end_at) as is_in_window,
        repeats.is_reconnect,
    from ranked
    inner join incidents
        on ranked.incident_id = incidents.incident_id
    inner join contacts
        on ranked.contact_key = contacts.contact_key
    inner join {{ ref('int_repeats') }} as repeats
        on ranked.contact_key = repeats.contact_key
    where ranked.candidate_rank = 1

)

select * from final

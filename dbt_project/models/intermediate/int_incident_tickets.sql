with

tickets as (

    select * from {{ ref('stg_tickets') }}

),

incident_contacts as (

    select * from {{ ref('int_incident_contacts') }}

),

named as (

    select
        tickets.ticket_key,
        tickets.incident_id,
        0 as link_rank,
    from tickets
    inner join {{ ref('int_incidents') }} as incidents
        on tickets.incident_id = incidents.incident_id

),

of_contacts as (

    select
        coalesce(incident_contacts.ticket_key, ticket_call_links.ticket_key) as ticket_key,
        incident_contacts.incident_id,
        1 as link_rank,
    from incident_contacts
    left join {{ ref('int_ticket_call_links') }} as ticket_call_links
        on incident_contacts.call_key = ticket_call_links.call_key
    where
        incident_contacts.ticket_key is not null
        or ticket_call_links.ticket_key is not null

),

candidates as (

    select * from named

    union all

    select * from of_contacts

),

chosen as (

    select
        ticket_key,
        min_by(incident_id, link_rank) as incident_id,
    from candidates
    group by ticket_key

),

final as (

    select
        tickets.ticket_key,
        tickets.ticket_id,
        chosen.incident_id,
        tickets.customer_key,
        tickets.created_at,
        least(tickets.solved_at, tickets.closed_at) as ended_at,
        tickets.merged_into is not null as is_merged,
    from chosen
    inner join tickets
        on chosen.ticket_key = tickets.ticket_key

)

select * from final

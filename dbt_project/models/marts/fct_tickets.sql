with

tickets as (

    select * from {{ ref('stg_tickets') }}

),

links as (

    select * from {{ ref('int_ticket_call_links') }}

),

calls as (

    select * from {{ ref('int_calls') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}
    where ticket_key is not null

),

customers as (

    select * from {{ ref('stg_customers') }}

),

agent_events as (

    select
        ticket_events.ticket_key,
        count(*) as count_agent_events,
        min(ticket_events.event_at) as first_agent_event_at,
    from {{ ref('stg_ticket_events') }} as ticket_events
    where ticket_events.actor_type = 'agent'
    group by ticket_events.ticket_key

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    tickets.ticket_id,
    tickets.created_at,
    {{ week_start('tickets.created_at') }} as week_start_date,
    tickets.system,
    tickets.channel,
    tickets.customer_id,
    coalesce(customers.segment, 'unknown') as segment,
    tickets.order_id,
    tickets.call_id as named_call_id,
    calls.call_id as linked_call_id,
    links.link_rule,
    tickets.issue_type,
    tickets.priority,
    tickets.status,
    tickets.assignee_id,
    tickets.solved_at,
    tickets.closed_at,
    {{ hours_between('tickets.created_at', 'tickets.solved_at') }} as hours_to_solve,
    tickets.merged_into is not null as is_merged,
    contacts.ticket_key is not null as is_contact,
    coalesce(agent_events.count_agent_events, 0) as count_agent_events,
    agent_events.first_agent_event_at,
    tickets.record_url,
    tickets.ticket_key,
    tickets.customer_key,
    tickets.order_key,
from tickets
left join links
    on tickets.ticket_key = links.ticket_key
left join calls
    on links.call_key = calls.call_key
left join contacts
    on tickets.ticket_key = contacts.ticket_key
left join customers
    on tickets.customer_key = customers.customer_key
left join agent_events
    on tickets.ticket_key = agent_events.ticket_key
cross join run_context

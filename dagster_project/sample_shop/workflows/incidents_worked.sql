-- How incidents are handled: tickets, alerts; and the truth that tests compare with.
-- Tickets: written by the customer before the call, made from the call, and one of operations for each incident.
create or replace table incident_tickets_sim as
select
    mix(call_key, 'wrote') as ticket_key, incident_no, customer_no, null::ubigint as call_key,
    later(begins_at, -60 * (5 + 15 * draw(call_key, 'wrote when'))) as created_at, 'email' as channel, true as by_customer,
    if(is_attached, later(ended_at, 60), null) as written_at
from incident_calls_sim
where had_ticket
union all
select mix(call_key, 'ticket'), incident_no, customer_no, call_key, later(ended_at, 90), 'phone', false, null
from incident_calls_sim
where makes_ticket
union all
select hash(incident_id), incident_no, null, null, later(impact_at, 1920), 'api', false, null
from incidents_sim;

create or replace table landed_incidents__tickets as
select
    key_text('t_', ticket_key) as ticket_id,
    coalesce(written_at, created_at) as source_updated_at,
    created_at,
    'zendesk' as system,
    channel,
    if(customer_no is null, null, customer_text(customer_no)) as customer_id,
    if(call_key is null, null, key_text('call_', call_key)) as call_id,
    'inc-' || incident_no as incident_id,
    'inc' as issue_type,
    'high' as priority,
    if(solved_at is null, 'open', 'solved') as status,
    'q-care' as "group",
    by_customer as requested_by_customer,
    solved_at,
    'Incident' as subject,
    if(by_customer, ticket_text('SITE_TROUBLE', ticket_key, customer_no, null::bigint), 'Opened for an incident')
        as description,
    'https://desk.example/tickets/' || key_text('t_', ticket_key) as record_url,
    mix(ticket_key, 'ticket row') as row_key,
    created_at as sort_at,
    part_of(created_at, mix(ticket_key, 'ticket row'), getvariable('batches')) as part
from (select *, known(later(created_at, 3600 * getvariable('incidents_worked_solve_hours'))) as solved_at from incident_tickets_sim);

create or replace table landed_incidents__ticket_events as
select
    key_text('t_', ticket_key) as ticket_id,
    '2' as event_id,
    written_at as "at",
    'ai' as actor_type,
    'comment' as field,
    null::varchar as old_value,
    'Summary of the call' as new_value,
    false as is_public,
    mix(ticket_key, 'incident ticket event') as row_key,
    written_at as sort_at,
    part_of(written_at, ticket_key, getvariable('batches')) as part
from incident_tickets_sim
where written_at is not null;

-- Ticket, team, page; but the second incident pages first, and so does the false alarm.
create or replace table incident_alerts_sim as
select a.*, later(i.impact_at, 60 * a.minutes) as sent_at, null::ubigint as call_key
from (
    values
    (1, 'slack', 36, null, true), (1, 'email', 38, null, true), (1, 'page', 45, 'sev-1', true),
    (2, 'page', 20, null, false), (2, 'slack', 34, null, true), (2, 'page', 50, 'sev-2', true)
) as a (incident_no, channel, minutes, severity_rule_id, is_in_order)
inner join incidents_sim as i on a.incident_no = i.incident_no
union all
select 3, 'page', 20, null, false, later(begins_at, 1200), mix(place, 'early incident call')
from incident_early_sim
where incident_no = 3 and begins_at = (select min(begins_at) from incident_early_sim where incident_no = 3);

create or replace table landed_incidents__owner_alerts as
select
    'alert-' || incident_no || '-' || channel || '-' || minutes as alert_id,
    if(call_key is null, null, key_text('call_', call_key)) as call_id,
    if(incident_no < 3, 'inc-' || incident_no, null) as incident_id,
    channel,
    'decision' as cause,
    severity_rule_id,
    sent_at,
    later(sent_at, 240) as acknowledged_at,
    hash('alert-' || incident_no || '-' || channel || '-' || minutes) as row_key,
    sent_at as sort_at,
    part_of(sent_at, hash(incident_no || channel || minutes), getvariable('batches')) as part
from incident_alerts_sim;

create or replace table truth_incidents as
select
    i.incident_id,
    i.opened_at::timestamptz as opened_at,
    i.impact_at::timestamptz as first_impact_at,
    (select begins_at::timestamptz from incident_early_sim as e where e.incident_no = i.incident_no
        order by begins_at limit 1 offset 2) as signal_at_earliest,
    (select max(begins_at)::timestamptz from incident_early_sim as e where e.incident_no = i.incident_no)
        as signal_at_latest,
    (select count(*) from incident_accounts_sim as a where a.incident_no = i.incident_no) as accounts,
    (select count(distinct customer_no) from incident_messages_sim as m
        where m.incident_id = i.incident_id and m.is_approved) as accounts_updated,
    (select count(*) from incident_news_sim as n
        where n.incident_no = i.incident_no and n.sent_at < getvariable('shop_end')) as account_stages,
    (select count(*) from incident_news_sim as n
        where n.incident_no = i.incident_no and n.is_sent and n.sent_at < getvariable('shop_end'))
        as account_stages_updated,
    (select count(*) from incident_messages_sim as m
        where m.incident_id = i.incident_id and not m.is_approved) as unapproved_statements,
    (select count(*) from incident_alerts_sim as a
        where a.incident_no = i.incident_no and not a.is_in_order) as alerts_out_of_order,
    (select count(*) from incident_calls_sim as c where c.incident_no = i.incident_no) as calls,
    (select count(*) from incident_calls_sim as c where c.incident_no = i.incident_no and c.had_ticket) as had_ticket,
    (select count(*) from incident_calls_sim as c where c.incident_no = i.incident_no and c.is_attached) as attached
from incidents_sim as i
union all by name
select
    'false-alarm' as incident_id,
    min(begins_at)::timestamptz as first_impact_at,
    max(begins_at)::timestamptz as signal_at_latest,
    1 as alerts_out_of_order,
    count(*) as calls
from incident_early_sim
where incident_no = 3;

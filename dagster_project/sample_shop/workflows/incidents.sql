-- Incidents beside the calls that the shop of order support already makes about the first of them: rosters in versions,
-- staged updates, callers, tickets, alerts, customers who leave, and a false alarm.
create or replace table incidents_sim as
select *, later(impact_at, 60 * open_minutes) as opened_at, later(impact_at, 60 * last_minutes) as resolved_at
from (
    values
    ('inc-1', 1, getvariable('incident_at'), 30, 300, getvariable('incidents_first_hit')),
    (
        'inc-2', 2, later(getvariable('shop_start'), 8 * 86400 + 36600), 30, 120,
        getvariable('incidents_second_hit')
    )
) as planned (incident_id, incident_no, impact_at, open_minutes, last_minutes, hit);

create or replace table incident_stages_sim as
select
    s.incident_no,
    s.update_no,
    s.stage,
    later(i.impact_at, 60 * s.minutes) as stage_at,
    later(i.impact_at, 60 * lead(s.minutes) over (
        partition by s.incident_no
        order by s.update_no
    )) as next_at,
    'appr-' || s.incident_no || '-' || s.update_no as approved_message_id
from (
    values
    (1, 1, 'investigating', 35), (1, 2, 'identified', 95), (1, 3, 'monitoring', 240), (1, 4, 'resolved', 300),
    (1, 5, 'postmortem', 2880),
    (2, 1, 'investigating', 32), (2, 2, 'identified', 62), (2, 3, 'resolved', 120)
) as s (incident_no, update_no, stage, minutes)
inner join incidents_sim as i on s.incident_no = i.incident_no;

-- The first callers of each incident, before anybody knows of it, and those of the false alarm (3).
create or replace table incident_early_sim as
with

planned as (
    select *, row_number() over (order by incident_no, minutes) as place
    from (
        values
        (1, 4), (1, 6), (1, 8), (1, 10), (1, 12),
        (2, 3), (2, 6), (2, 9), (2, 12), (2, 15),
        (3, 0), (3, 4), (3, 8), (3, 12), (3, 16)
    ) as early (incident_no, minutes)
),

chosen as (
    select i as customer_no, row_number() over (order by mix(i, 'early caller'), i) as place
    from range(getvariable('customers')::bigint) as numbers (i)
    where customer_segment(i) <> 'vip'
)

select
    p.incident_no,
    p.place,
    c.customer_no,
    later(coalesce(i.impact_at, later(getvariable('shop_start'), 17 * 86400 + 54000)), 60 * p.minutes) as begins_at
from planned as p
inner join chosen as c on p.place = c.place
left join incidents_sim as i on p.incident_no = i.incident_no;

-- Who is hit, and with which version of the roster that is known.
create or replace table incident_accounts_sim as
with

hit as (
    select i.incident_no, n.i as customer_no
    from incidents_sim as i
    cross join range(getvariable('customers')::bigint) as n (i)
    where draw(n.i, 'hit ' || i.incident_no) < i.hit
    union
    select incident_no, customer_no
    from incident_early_sim
    where incident_no < 3
    union
    select 1, customer_no
    from contacts
    where trigger = 'incident' and draw(customer_no, 'is found') < 0.9
),

versioned as (
    select
        *,
        mix(customer_no, 'account ' || incident_no) as account_key,
        case
            when draw(customer_no, 'version ' || incident_no) < 0.6 then 1
            when draw(customer_no, 'version ' || incident_no) < 0.9 then 2
            else 3
        end as version_no
    from hit
)

select v.*, later(i.impact_at, 60 * [40, 90, 150][v.version_no]) as added_at
from versioned as v
inner join incidents_sim as i on v.incident_no = i.incident_no;

create or replace table incident_news_sim as
with

owed as (
    select
        a.incident_no,
        a.customer_no,
        s.update_no,
        s.approved_message_id,
        mix(a.account_key, 'news ' || s.update_no) as message_key,
        greatest(s.stage_at, a.added_at) as owed_at
    from incident_accounts_sim as a
    inner join incident_stages_sim as s on a.incident_no = s.incident_no
    where coalesce(a.added_at < s.next_at, true)
),

timed as (
    select
        *,
        draw(message_key, 'covered') < getvariable('incidents_stage_coverage') as is_sent,
        later(owed_at, 60 + 2400 * pow(draw(message_key, 'delay'), 2)) as sent_at
    from owed
)

select *, later(sent_at, 3 + 20 * draw(message_key, 'arrival')) as delivered_at
from timed;

-- Callers who name the incident: most of them accounts of the roster, some call twice.
create or replace table incident_calls_sim as
with

wanted as (
    select 1 as incident_no, greatest(20, getvariable('calls') * getvariable('incidents_first_calls'))::bigint as size
    union all
    select 2, greatest(12, getvariable('calls') * getvariable('incidents_second_calls'))::bigint
),

callers as (
    select
        incident_no,
        customer_no,
        row_number() over (
            partition by incident_no
            order by mix(account_key, 'caller'), customer_no
        ) as place
    from incident_accounts_sim
),

linked as (
    select
        w.incident_no,
        n.i as call_no,
        mix(n.i, 'incident call ' || w.incident_no) as call_key,
        1 + floor(0.8 * w.size * draw(n.i, 'who ' || w.incident_no))::bigint as place,
        later(
            i.impact_at, 60 * (50 + (i.last_minutes - 50) * draw(n.i, 'incident minute ' || w.incident_no))
        ) as begins_at
    from wanted as w
    inner join incidents_sim as i on w.incident_no = i.incident_no
    cross join range(w.size) as n (i)
),

every as (
    select l.incident_no, l.call_key, c.customer_no, l.begins_at, true as is_linked,
        pick_incidents_codes(draw(l.call_key, 'says')) as code
    from linked as l
    inner join callers as c on l.incident_no = c.incident_no and l.place = c.place
    union all
    select incident_no, mix(place, 'early incident call'), customer_no, begins_at, false, 'SITE_TROUBLE'
    from incident_early_sim
),

decided as (
    select
        *,
        is_linked and draw(call_key, 'wrote before') < getvariable('incidents_had_ticket') as had_ticket,
        case
            when not is_linked then 'resolved'
            when draw(call_key, 'how') < 0.25 then 'transferred'
            when draw(call_key, 'how') < 0.30 then 'gives_up'
            else 'resolved'
        end as ending
    from every
),

scripted as (
    select
        *,
        had_ticket and draw(call_key, 'attached') < getvariable('incidents_attaches') as is_attached,
        case ending when 'transferred' then 'transfer_soon' when 'gives_up' then 'give_up' else 'brief' end as script
    from decided
)

select
    *,
    later(begins_at, 4 + script_turns(script) * (8 + 7 * draw(call_key, 'pace'))) as ended_at,
    is_linked and not is_attached
    and (had_ticket or draw(call_key, 'makes ticket') < getvariable('incidents_makes_ticket')) as makes_ticket,
    customer_segment(customer_no) as segment
from scripted
where begins_at < getvariable('shop_end');

-- Customers leave anyway; accounts of an incident leave more often in the weeks after it.
insert into churned
with

leaving as (
    select i as customer_no, later(
        getvariable('orders_from'), 86400 * 60 / getvariable('incidents_base_churn') * draw(i, 'leaves')
    ) as churned_at
    from range(getvariable('customers')::bigint) as numbers (i)
    union all
    select a.customer_no, later(i.impact_at, 86400 * (1 + 27 * draw(a.account_key, 'leaves when')))
    from incident_accounts_sim as a
    inner join incidents_sim as i on a.incident_no = i.incident_no
    where draw(a.account_key, 'leaves for it') < getvariable('incidents_hit_churn')
)

select customer_no, min(churned_at)
from leaving
where churned_at < getvariable('shop_end')
group by customer_no;

create or replace table landed_incidents__incidents as
select
    incident_id,
    later(resolved_at, 1800) as source_updated_at,
    'medium' as severity,
    later(impact_at, 2700) as severity_confirmed_at,
    'search' as service,
    'web shop' as product_area,
    null::varchar as region,
    impact_at as first_impact_at,
    later(impact_at, 1500) as detected_at,
    opened_at,
    later(impact_at, 2400) as assigned_at,
    resolved_at,
    'customer' as detected_by,
    'Search finds nothing' as title,
    hash(incident_id) as row_key,
    impact_at as sort_at,
    0 as part
from incidents_sim
where incident_no = 2;

create or replace table landed_incidents__incident_updates as
select
    'inc-' || incident_no as incident_id,
    update_no,
    stage,
    stage_at as "at",
    approved_message_id,
    if(stage = 'postmortem', null, later(stage_at, 86400)) as expires_at,
    'We are at the stage ' || stage as body,
    hash(approved_message_id) as row_key,
    stage_at as sort_at,
    part_of(stage_at, hash(approved_message_id), getvariable('batches')) as part
from incident_stages_sim
where stage_at < getvariable('shop_end');

-- the second version names the accounts of the first once more
create or replace table landed_incidents__incident_accounts as
select
    'inc-' || a.incident_no as incident_id,
    customer_text(a.customer_no) as customer_id,
    'v' || v.version_no as roster_version,
    later(i.impact_at, 60 * [40, 90, 150][v.version_no]) as added_at,
    if(draw(a.account_key, 'impact') < 0.3, 'blocked', 'degraded') as impact_level,
    customer_segment(a.customer_no) = 'vip' as high_value,
    mix(a.account_key, 'roster v' || v.version_no) as row_key,
    later(i.impact_at, 60 * [40, 90, 150][v.version_no]) as sort_at,
    part_of(i.impact_at, a.account_key, getvariable('batches')) as part
from incident_accounts_sim as a
inner join incidents_sim as i on a.incident_no = i.incident_no
inner join (values (1), (2), (3)) as v (version_no)
    on a.version_no = v.version_no or (a.version_no = 1 and v.version_no = 2);

-- Approved updates, and four that nobody approved: none, one that is unknown, one that had expired, one of the other incident.
create or replace table incident_messages_sim as
select
    'inc-' || incident_no as incident_id, customer_no, message_key, approved_message_id, sent_at, delivered_at,
    draw(message_key, 'acknowledged') < getvariable('incidents_acknowledges') as is_acknowledged, true as is_approved
from incident_news_sim
where is_sent and sent_at < getvariable('shop_end')
union all
select
    'inc-' || incident_no, customer_no, mix(customer_no, 'unapproved ' || wrong_id),
    wrong_id, later(sent_from, 90000), later(sent_from, 90005), false, false
from (
    select i.incident_no, i.impact_at as sent_from, a.customer_no, w.wrong_id
    from (
        values (1, 1, null), (1, 2, 'appr-9-9'), (1, 3, 'appr-1-1'), (2, 1, 'appr-1-4')
    ) as w (incident_no, place, wrong_id)
    inner join incidents_sim as i on w.incident_no = i.incident_no
    inner join (
        select
            incident_no,
            customer_no,
            row_number() over (
                partition by incident_no
                order by account_key
            ) as place
        from incident_accounts_sim
    ) as a
        on w.incident_no = a.incident_no and w.place = a.place
);

create or replace table landed_incidents__messages as
select
    key_text('mi_', message_key) as message_id,
    later(sent_at, 30) as source_updated_at,
    customer_text(customer_no) as customer_id,
    incident_id,
    if(draw(message_key, 'sms') < 0.3, 'sms', 'email') as channel,
    'incident_update' as purpose,
    'tpl-incident' as template_id,
    approved_message_id,
    false as is_automatic_recap,
    sent_at,
    delivered_at,
    case when is_acknowledged and draw(message_key, 'ack') < 0.5 then known(later(delivered_at, 900)) end as clicked_at,
    case when is_acknowledged and draw(message_key, 'ack') >= 0.8 then known(later(delivered_at, 1800)) end
        as replied_at,
    case
        when is_acknowledged and draw(message_key, 'ack') >= 0.5 and draw(message_key, 'ack') < 0.8
            then known(later(delivered_at, 600))
    end as acknowledged_at,
    mix(message_key, 'message row') as row_key,
    sent_at as sort_at,
    part_of(sent_at, mix(message_key, 'message row'), getvariable('batches')) as part
from incident_messages_sim;

create or replace table landed_incidents__calls as
select
    key_text('call_', call_key) as call_id,
    later(ended_at, 45) as source_updated_at,
    'inbound' as direction,
    'incident' as workflow,
    'completed' as status,
    begins_at as started_at,
    later(begins_at, 2) as answered_at,
    ended_at,
    if(ending = 'gives_up', 'silence_timeout', 'user_disconnected') as end_reason,
    'phone' as channel,
    pick_source(draw(call_key, 'source')) as source_system,
    'main' as store_id,
    'incident-line' as agent_id,
    if(begins_at >= getvariable('version_at'), 'v4.0', 'v3.2') as agent_version,
    false as is_test,
    customer_text(customer_no) as customer_id,
    customer_phone(customer_no) as phone,
    if(is_linked, 'inc-' || incident_no, null) as incident_id,
    0.95 as match_confidence,
    'phone' as identity_method,
    'verified' as identity_result,
    if(ending = 'transferred', desk_person('q-care', draw(call_key, 'person')), null) as owner_id,
    pick_incidents_urgency(draw(call_key, 'urgency')) as urgency,
    if(ending = 'transferred', later(begins_at, 0.6 * date_diff('second', begins_at, ended_at)), null) as transfer_at,
    if(ending = 'transferred', 'connected', null) as transfer_status,
    if(ending = 'transferred', 'q-care', null) as transfer_target,
    if(ending = 'resolved' and draw(call_key, 'confirms') < 0.4, true, null) as customer_confirmed_resolved,
    if(
        draw(call_key, 'transcript') < 0.85, 'https://voice.example/transcripts/' || key_text('call_', call_key), null
    ) as transcript_url,
    'https://voice.example/calls/' || key_text('call_', call_key) as record_url,
    call_key as row_key,
    begins_at as sort_at,
    part_of(begins_at, call_key, getvariable('weeks')) as part,
    false as is_webhook
from incident_calls_sim;

create or replace table landed_incidents__call_turns as
with

planned as (
    select
        c.*,
        s.turn_no,
        s.speaker,
        s.bank,
        mix(xor(c.call_key, (s.turn_no * 40503)::ubigint), 'turn') as turn_key,
        date_diff('millisecond', c.begins_at, c.ended_at) // script_turns(c.script) as step_ms,
        case s.bank
            when 'reason' then 'say ' || c.code
            when 'more' then 'more ' || c.code
            when 'identify' then 'identify_email'
            when 'react' then 'accepts'
            else s.bank
        end as bank_name
    from incident_calls_sim as c
    inner join script_turns_said as s on c.script = s.script
),

phrased as (
    select
        p.*,
        if(p.bank = 'reason', opener(draw(p.turn_key, 'opener')) || f.text || closer(draw(p.turn_key, 'closer')), f.text)
            as words
    from planned as p
    inner join banks as b on p.bank_name = b.bank_name
    inner join phrases as f on f.phrase_no = b.first_no + (mix(p.turn_key, 'phrase') % b.size)::integer
)

select
    key_text('call_', call_key) as call_id,
    turn_no,
    speaker,
    fill_slots(words, call_key, customer_no, null::bigint) as text,
    (turn_no - 1) * step_ms + 400 as start_ms,
    turn_no * step_ms as end_ms,
    xor(call_key, turn_no::ubigint) as row_key,
    begins_at as sort_at,
    part_of(begins_at, call_key, getvariable('weeks')) as part
from phrased;

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
from (select *, known(later(created_at, 3 * 86400)) as solved_at from incident_tickets_sim);

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

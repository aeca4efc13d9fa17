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

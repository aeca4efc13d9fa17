-- What is landed about incidents: the second one, updates, rosters, messages, calls and what is said in them.
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
    draw(message_key, 'acknowledged') < getvariable('incidents_told_acknowledges') as is_acknowledged, true as is_approved
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

insert into workflow_calls
select call_key, 'incident', 'inbound', code, customer_no, null, begins_at, ended_at
from incident_calls_sim;

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
    pick_incidents_told_urgency(draw(call_key, 'urgency')) as urgency,
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

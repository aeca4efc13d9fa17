-- One row per call: contacts by phone, legs of transfers, call-backs, and the calls that are no
-- contact at all.
create or replace table calls_raw as
with

by_phone as (
    select
        contact_key as call_key,
        'contact' as kind,
        origin_key,
        null::ubigint as parent_key,
        order_no,
        customer_no,
        trigger,
        code,
        second_code,
        leaf,
        begins_at,
        ended_at,
        segment,
        region,
        agent_version,
        outcome,
        is_lost_transfer,
        deferral,
        is_resolved,
        script,
        desk,
        'completed' as status,
        'inbound' as direction
    from contacts
    where via = 'phone'
),

legs as (
    select
        mix(call_key, 'leg') as call_key,
        'leg' as kind,
        call_key as parent_key,
        order_no,
        customer_no,
        code,
        leaf,
        later(begins_at, 0.6 * date_diff('second', begins_at, ended_at)) as begins_at,
        later(ended_at, 60 + 300 * draw(call_key, 'leg time')) as ended_at,
        segment,
        region,
        'human' as agent_version,
        'resolved_assumed' as outcome,
        'leg' as script,
        desk,
        'completed' as status,
        'inbound' as direction
    from by_phone
    where outcome = 'transferred_human' and draw(call_key, 'has leg') < 0.12
),

callback_wishes as (
    select
        *,
        later(ended_at, 3600 + 40000 * draw(call_key, 'callback')) as wished_at
    from by_phone
    where deferral = 'callback' and draw(call_key, 'called back') < 0.8
),

callback_times as (
    select
        *,
        calling_time(wished_at, call_key) as back_at
    from callback_wishes
),

callbacks as (
    select
        mix(call_key, 'callback') as call_key,
        'callback' as kind,
        order_no,
        customer_no,
        code,
        leaf,
        back_at as begins_at,
        later(back_at, 40 + 160 * draw(call_key, 'callback length')) as ended_at,
        segment,
        region,
        'human' as agent_version,
        'outbound' as script,
        desk,
        if(draw(call_key, 'callback reached') < 0.72, 'completed', 'no_answer') as status,
        'outbound' as direction
    from callback_times
    where back_at < getvariable('shop_end')
)

select * from by_phone
union all by name
select * from legs
union all by name
select * from callbacks;

-- Fill up to the number of calls asked for.
insert into calls_raw by name
with

kinds as (
    select
        mix(i, 'fill') as call_key,
        floor(getvariable('customers') * draw(i, 'fill customer'))::bigint as customer_no,
        later(
            getvariable('shop_start'), 604800 * getvariable('weeks') * draw(i, 'fill time')
        ) as wished_at,
        case
            when draw(i, 'fill kind') < 0.26 then 'outbound'
            when draw(i, 'fill kind') < 0.40 then 'voicemail'
            when draw(i, 'fill kind') < 0.52 then 'not_reached'
            when draw(i, 'fill kind') < 0.58 then 'test'
            when draw(i, 'fill kind') < 0.72 then 'no_reason'
            when draw(i, 'fill kind') < 0.84 then 'silent'
            when draw(i, 'fill kind') < 0.92 then 'hung_up'
            else 'inbound_failed'
        end as kind
    from range(getvariable('calls')::bigint - (select count(*) from calls_raw)) as numbers (i)
),

called as (
    select
        *,
        calling_time(wished_at, call_key) as called_at
    from kinds
),

timed as (
    select
        *,
        if(called_at < getvariable('shop_end'), called_at, called_at - interval 7 day) as raw_at
    from called
)

select
    call_key,
    kind,
    customer_no,
    raw_at as begins_at,
    case
        when kind in ('not_reached', 'inbound_failed') then null
        when kind = 'hung_up' then later(raw_at, 5 + 4 * draw(call_key, 'pace'))
        when kind = 'silent' then later(raw_at, 14 + 20 * draw(call_key, 'pace'))
        else later(raw_at, 4 + script_turns(fill_script(kind)) * (8 + 7 * draw(call_key, 'pace')))
    end as ended_at,
    customer_segment(customer_no) as segment,
    customer_region(customer_no) as region,
    if(raw_at >= getvariable('version_at'), 'v4.0', 'v3.2') as agent_version,
    case
        when kind = 'no_reason'
            then if(draw(call_key, 'quiet') < 0.5, 'contained_unresolved', 'resolved_assumed')
    end as outcome,
    kind <> 'no_reason' as is_resolved,
    fill_script(kind) as script,
    'q-care' as desk,
    case
        when kind = 'not_reached' then case
            when draw(call_key, 'not reached') < 0.6 then 'no_answer'
            when draw(call_key, 'not reached') < 0.8 then 'busy'
            else 'failed'
        end
        when kind = 'inbound_failed' then 'failed'
        else 'completed'
    end as status,
    if(kind in ('outbound', 'voicemail', 'not_reached'), 'outbound', 'inbound') as direction
from timed;

-- Callers who do not say why are known all the same: those of high value, or matched with little confidence, need a person.
insert into duties
with

met as (
    select
        call_key,
        list_filter([
            case when match_confidence_of(call_key) < 0.8 then 'low_confidence_match' end,
            case when segment = 'vip' then 'high_value_customer' end
        ], rule -> rule is not null) as rules
    from calls_raw
    where kind = 'no_reason' and not is_unrecognised(call_key, kind)
)

select call_key, rules, obeys(call_key, rules)
from met
where len(rules) > 0;

update calls_raw
set outcome = 'deferred_human', deferral = 'escalated'
from duties
where calls_raw.kind = 'no_reason' and calls_raw.call_key = duties.contact_key and duties.is_obeyed;

create or replace table calls_sim as
select
    *,
    is_unrecognised(call_key, kind) as is_anonymous,
    order_no is not null and names_order(call_key) as has_order,
    part_of(begins_at, call_key, getvariable('weeks')) as part,
    -- how an unresolved call ends: 1 the caller says so, 2 silence, 3 too long, 4 the agent
    -- gives it back
    case
        when coalesce(outcome, '') <> 'contained_unresolved' then null
        when kind = 'no_reason' then 2
        when draw(call_key, 'unresolved') < 0.45 then 1
        when draw(call_key, 'unresolved') < 0.75 then 2
        when draw(call_key, 'unresolved') < 0.85 then 3
        else 4
    end as unresolved_mode,
    draw(call_key, 'webhook') < getvariable('webhook_share')
        and (kind = 'contact' or (kind = 'not_reached' and status = 'no_answer'))
        and coalesce(outcome <> 'contained_unresolved' or draw(call_key, 'unresolved') < 0.45, true)
        and not (
            coalesce(outcome, '') = 'transferred_human' and draw(call_key, 'has leg') < 0.12
        ) as is_webhook
from calls_raw
order by part, begins_at, call_key;

drop table calls_raw;

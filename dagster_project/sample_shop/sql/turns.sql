-- What is said, one row per call and turn, made from the banks of text/ when it is written.
create or replace view turns_said as
with

planned as (
    select
        c.call_key,
        c.part,
        c.is_webhook,
        c.begins_at,
        c.script,
        c.customer_no,
        c.order_no,
        c.is_anonymous,
        s.turn_no,
        if(c.agent_version = 'human' and s.speaker = 'ai', 'human', s.speaker) as speaker,
        s.bank,
        c.second_code,
        mix(xor(c.call_key, (s.turn_no * 40503)::ubigint), 'turn') as turn_key,
        date_diff('millisecond', c.begins_at, c.ended_at) // script_turns(c.script) as step_ms,
        case s.bank
            when 'reason' then 'say ' || c.code
            when 'more'
                then if(c.second_code is not null, 'say ' || c.second_code, 'more ' || c.code)
            when 'react' then if(c.outcome = 'resolved_confirmed', 'thanks', 'accepts')
            when 'identify' then case
                when c.order_no is not null then 'identify'
                when c.is_anonymous then 'identify_unknown'
                else 'identify_email'
            end
            when 'ai_answer'
                then if(
                    c.order_no is not null and c.desk = 'q-delivery', 'ai_answer_order',
                    'ai_answer'
                )
            else s.bank
        end as bank_name
    from calls_sim as c
    inner join script_turns_said as s on c.script = s.script
    where c.status = 'completed'
),

phrased as (
    select
        p.*,
        b.first_no + (mix(p.turn_key, 'phrase') % b.size)::integer as phrase_no
    from planned as p
    inner join banks as b on p.bank_name = b.bank_name
),

dressed as (
    select
        p.*,
        case
            when p.bank = 'reason'
                then opener(draw(p.turn_key, 'opener')) || f.text
                    || closer(draw(p.turn_key, 'closer'))
            when p.bank = 'more' and p.second_code is not null then 'and also, ' || f.text
            else f.text
        end as words
    from phrased as p
    inner join phrases as f on p.phrase_no = f.phrase_no
),

filled as (
    select
        *,
        case when contains(words, '{') then fill_slots(
            words, call_key, customer_no, order_no
        ) else words end as sentence
    from dressed
)

select
    call_key,
    part,
    is_webhook,
    begins_at,
    turn_no,
    speaker,
    case
        when speaker <> 'customer' or sentence = '' or sentence like ' %' then sentence
        when draw(call_key, 'style') < 0.35 then lower(replace(sentence, ',', ''))
        when draw(call_key, 'style') < 0.45 then replace(sentence, ' the ', ' the, the ') || '...'
        else upper(sentence[1]) || sentence[2:] || if(bank = 'identify', '', '.')
    end as text,
    (turn_no - 1) * step_ms + 400 as start_ms,
    turn_no * step_ms as end_ms
from filled;

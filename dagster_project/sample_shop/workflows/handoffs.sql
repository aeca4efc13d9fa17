-- Calls of the workflow ocr_handoff: who calls why, what is said, and what is true of each call.
create or replace table handoff_calls as
with

chosen as (
    select
        order_no,
        customer_no,
        placed_at,
        delivered_at,
        has_wrong_item,
        segment,
        mix(order_no, 'handoff call') as call_key,
        pick_handoffs_sub_workflows(draw(order_no, 'handoff kind')) as sub_workflow
    from orders_sim
    where draw(order_no, 'handoff chosen') < getvariable('handoffs_share')
),

timed as (
    select
        *,
        calling_time(
            case
                when sub_workflow = 'damaged_or_wrong_item'
                    then hours_later(delivered_at, 2 + 60 * draw(call_key, 'after'))
                else hours_later(placed_at, 2 + 90 * draw(call_key, 'after'))
            end,
            call_key
        ) as begins_at,
        case sub_workflow
            when 'order_status' then 'WISMO'
            when 'damaged_or_wrong_item'
                then if(has_wrong_item, 'FUL.ACCURACY.WRONG_ITEM', 'FUL.CONDITION.DAMAGED_ON_ARRIVAL')
            when 'address_change' then 'DEL.CHANGE.ADDRESS_CHANGE'
            when 'cart_reassurance' then 'CHK.TRUST.REASSURANCE'
            when 'availability' then 'PRD.AVAILABILITY.STOCK_OR_RESTOCK'
            when 'booking_change' then 'BKG.CHANGE.RESCHEDULE_OR_CANCEL'
            else 'ACC.ACCESS.LOGIN_OR_CREDENTIALS'
        end as code
    from chosen
),

drawn as (
    select
        *,
        sub_workflow in ('order_status', 'damaged_or_wrong_item', 'address_change') as is_about_order,
        draw(call_key, 'confidence') < getvariable('handoffs_low_confidence') as is_low_confidence,
        draw(call_key, 'fraud') < getvariable('handoffs_fraud_flag') as is_fraud_flagged,
        later(begins_at, 90 + 120 * draw(call_key, 'length')) as ended_at,
        part_of(begins_at, call_key, getvariable('batches')) as part
    from timed
    where begins_at >= getvariable('shop_start')
        and begins_at < getvariable('shop_end') - interval 1 hour
),

ruled as (
    select
        *,
        is_low_confidence or is_fraud_flagged or sub_workflow = 'account_credentials' as is_mandated
    from drawn
)

select
    *,
    case
        when is_mandated then draw(call_key, 'human') >= getvariable('handoffs_missed')
        when code = 'FUL.CONDITION.DAMAGED_ON_ARRIVAL'
            then draw(call_key, 'human') >= getvariable('handoffs_leaked')
        else draw(call_key, 'human') < getvariable('handoffs_avoidable')
    end as is_escalated,
    draw(call_key, 'live') < 0.5 as is_live,
    draw(call_key, 'wrong') < if(
        is_low_confidence, getvariable('handoffs_wrong_low'), getvariable('handoffs_wrong_other')
    ) as is_wrong_object,
    is_low_confidence or draw(call_key, 'reviewed') < getvariable('handoffs_reviewed_other') as is_reviewed,
    draw(call_key, 'sufficient') >= getvariable('handoffs_insufficient') as is_sufficient,
    case
        when sub_workflow = 'address_change' then 'address_change'
        when sub_workflow = 'damaged_or_wrong_item' then 'replacement'
    end as promise_kind,
    draw(call_key, 'authorised') < getvariable('handoffs_unauthorised') as is_unauthorised,
    draw(call_key, 'executed') < getvariable('handoffs_twice') as is_twice,
    draw(call_key, 'asked again') < getvariable('handoffs_replayed') as is_replayed,
    draw(call_key, 'asks') < getvariable('handoffs_reasked') as is_reasked,
    draw(call_key, 'alert') < getvariable('handoffs_needless') as is_needless,
    draw(call_key, 'photo') < getvariable('handoffs_evidence') as has_evidence,
    case sub_workflow
        when 'order_status' then 'subscribe_updates'
        when 'damaged_or_wrong_item' then 'create_replacement'
        when 'address_change' then 'change_address'
        when 'booking_change' then 'reschedule_booking'
        when 'account_credentials' then 'get_account_credentials'
        else 'send_link'
    end as action_type,
    if(is_about_order, order_text(order_no), customer_text(customer_no)) as target_id
from ruled;

insert into workflow_calls
select
    call_key, 'ocr_handoff', 'inbound', code, customer_no, if(is_about_order, order_no, null), begins_at, ended_at
from handoff_calls;

create or replace table landed_handoffs__calls as
select
    key_text('call_', call_key) as call_id,
    later(ended_at, 60) as source_updated_at,
    'inbound' as direction,
    'ocr_handoff' as workflow,
    'completed' as status,
    begins_at as started_at,
    later(begins_at, 2) as answered_at,
    ended_at,
    'user_disconnected' as end_reason,
    'phone' as channel,
    order_source(order_no) as source_system,
    'main' as store_id,
    'ocr-handoff' as agent_id,
    'v1.0' as agent_version,
    false as is_test,
    customer_text(customer_no) as customer_id,
    customer_phone(customer_no) as phone,
    if(is_about_order, order_text(order_no), null) as order_id,
    if(sub_workflow = 'booking_change', key_text('b_', call_key), null) as booking_id,
    round(if(is_low_confidence, 0.5, 0.84) + 0.15 * draw(call_key, 'match'), 2) as match_confidence,
    'phone' as identity_method,
    'verified' as identity_result,
    if(is_escalated, 'q-care', null) as owner_id,
    sub_workflow as intent_raw,
    'normal' as urgency,
    'follow up' as requested_next_step,
    if(is_escalated and not is_live, 'sent_to_review', 'closed') as routing_decision,
    if(is_escalated and is_live, later(begins_at, 60), null) as transfer_at,
    if(is_escalated and is_live, 'connected', null) as transfer_status,
    if(is_escalated and is_live, 'q-care', null) as transfer_target,
    if(is_fraud_flagged, '["fraud"]', null)::json as risk_flags,
    'Call about ' || replace(sub_workflow, '_', ' ') as summary,
    'https://voice.example/calls/' || key_text('call_', call_key) || '/transcript' as transcript_url,
    'https://voice.example/calls/' || key_text('call_', call_key) as record_url,
    call_key as row_key,
    begins_at as sort_at,
    part_of(begins_at, call_key, getvariable('weeks')) as part,
    false as is_webhook
from handoff_calls;

create or replace table landed_handoffs__call_turns as
with

planned as (
    select
        c.call_key,
        c.begins_at,
        c.customer_no,
        c.order_no,
        s.turn_no,
        s.speaker,
        date_diff('millisecond', c.begins_at, c.ended_at) // script_turns('brief') as step_ms,
        mix(xor(c.call_key, (s.turn_no * 40503)::ubigint), 'turn') as turn_key,
        case s.bank when 'reason' then 'say ' || c.code when 'react' then 'thanks' else s.bank end as bank_name
    from handoff_calls as c
    inner join script_turns_said as s on s.script = 'brief'
)

select
    key_text('call_', p.call_key) as call_id,
    p.turn_no,
    p.speaker,
    fill_slots(f.text, p.call_key, p.customer_no, p.order_no) as text,
    (p.turn_no - 1) * p.step_ms + 400 as start_ms,
    p.turn_no * p.step_ms as end_ms,
    xor(p.call_key, p.turn_no::ubigint) as row_key,
    p.begins_at as sort_at,
    part_of(p.begins_at, p.call_key, getvariable('weeks')) as part
from planned as p
inner join banks as b on p.bank_name = b.bank_name
inner join phrases as f on f.phrase_no = b.first_no + (mix(p.turn_key, 'phrase') % b.size)::integer;

create or replace table truth_handoffs as
select
    key_text('call_', call_key) as call_id,
    key_text('h_', call_key) as handoff_id,
    begins_at::timestamptz as started_at,
    sub_workflow,
    code as true_code,
    is_low_confidence,
    is_mandated,
    is_escalated,
    is_wrong_object,
    is_reviewed,
    is_sufficient,
    has_evidence,
    is_reasked,
    is_twice,
    is_replayed,
    is_needless,
    promise_kind,
    promise_kind is not null and is_unauthorised as is_unauthorised,
    draw(call_key, 'no object') >= 0.02
    and draw(call_key, 'no owner') >= 0.04
    and draw(call_key, 'no status') >= 0.01
    and draw(call_key, 'no urgency') >= 0.03
    and draw(call_key, 'no next step') >= 0.05
    and draw(call_key, 'no url') >= 0.04 as is_complete
from handoff_calls;

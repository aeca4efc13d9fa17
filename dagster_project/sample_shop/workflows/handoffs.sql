-- Calls of the workflow ocr_handoff with what they leave behind: hand-offs, documents, promises, actions, questions, alerts.
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

create or replace table landed_handoffs__handoffs as
with

waited as (
    select
        *,
        later(ended_at, 30) as created_at,
        later(
            ended_at,
            30 + 60 * -ln(1 - draw(call_key, 'accepts')) * if(
                segment = 'vip', getvariable('handoffs_accept_minutes_vip'),
                getvariable('handoffs_accept_minutes')
            )
        ) as accepted_at
    from handoff_calls
),

acted as (
    select
        *,
        later(accepted_at, 600 + 3600 * draw(call_key, 'acts')) as first_action_at
    from waited
)

select
    key_text('h_', call_key) as handoff_id,
    later(created_at, 5) as source_updated_at,
    key_text('call_', call_key) as call_id,
    'ocr_web_service' as destination_system,
    case
        when sub_workflow in ('cart_reassurance', 'availability') then 'recover_intent'
        when sub_workflow = 'damaged_or_wrong_item' then 'handle_exception'
        when sub_workflow = 'order_status' then 'find_transaction'
        else 'inform_operations'
    end as purpose,
    case
        when draw(call_key, 'no object') < 0.02 then null
        when is_about_order then 'order'
        when sub_workflow = 'booking_change' then 'booking'
        else 'customer'
    end as object_type,
    target_id || if(is_wrong_object, '-9', '') as object_id,
    if(draw(call_key, 'no owner') < 0.04, null, 'q-care') as owner_id,
    if(draw(call_key, 'no status') < 0.01, null, 'open') as status,
    if(draw(call_key, 'no urgency') < 0.03, 'asap', 'normal') as urgency,
    if(draw(call_key, 'no next step') < 0.05, ' ', 'check and answer') as next_step,
    if(
        draw(call_key, 'no url') < 0.04, 'n/a', 'https://ocr.example/records/' || key_text('h_', call_key)
    ) as record_url,
    repeat('The caller needs an answer. ', 1 + floor(30 * pow(draw(call_key, 'summary'), 4))::bigint) as summary,
    case
        when is_low_confidence then 'low_confidence_match'
        when sub_workflow = 'account_credentials' then 'access'
        when is_fraud_flagged then 'sensitive'
    end as review_cause,
    created_at,
    known(accepted_at) as accepted_at,
    known(first_action_at) as first_action_at,
    if(
        not is_sufficient and draw(call_key, 'reads') < 0.5, known(later(accepted_at, 120)), null
    ) as transcript_opened_at,
    if(
        not is_sufficient and draw(call_key, 'reads') >= 0.5, known(later(accepted_at, 240)), null
    ) as clarification_requested_at,
    if(is_reviewed, known(later(created_at, 40000)), null) as reviewed_at,
    if(is_reviewed and is_wrong_object, target_id, null) as corrected_object_id,
    call_key as row_key,
    begins_at as sort_at,
    part
from acted;

create or replace table landed_handoffs__documents as
select
    key_text('d_', call_key) as document_id,
    later(received_at, 30) as source_updated_at,
    if(draw(call_key, 'document of') < 0.7, key_text('call_', call_key), null) as call_id,
    order_text(order_no) as order_id,
    'damage_photo' as kind,
    received_at,
    'done' as ocr_status,
    'photo of the item, ' || if(code like '%DAMAGED%', 'broken on arrival', 'not what was ordered') as ocr_text,
    round(0.7 + 0.29 * draw(call_key, 'ocr'), 3) as ocr_confidence,
    json_object('order_id', order_text(order_no), 'item', 'one', 'note', 'photo') as fields,
    case
        when draw(call_key, 'read wrong') < 3 * getvariable('handoffs_corrected')
            then json_object('note', 'a photo')
    end as corrected_fields,
    'https://ocr.example/documents/' || key_text('d_', call_key) as url,
    call_key as row_key,
    begins_at as sort_at,
    part
from (
    select
        *,
        if(
            draw(call_key, 'sent') < 0.5, later(begins_at, 50),
            later(ended_at, 600 + 100000 * draw(call_key, 'sent later'))
        ) as received_at
    from handoff_calls
    where sub_workflow = 'damaged_or_wrong_item' and has_evidence
) as sent
where received_at < getvariable('shop_end');

create or replace table landed_handoffs__promises as
select
    key_text('p_', mix(call_key, 'promise')) as promise_id,
    later(ended_at, 60) as source_updated_at,
    key_text('call_', call_key) as call_id,
    customer_text(customer_no) as customer_id,
    order_text(order_no) as order_id,
    promise_kind as kind,
    later(begins_at, 70) as promised_at,
    later(begins_at, 86470) as due_at,
    if(
        draw(call_key, 'kept') < getvariable('handoffs_kept'),
        known(later(ended_at, 1800 + 60000 * draw(call_key, 'keep time'))), null
    ) as fulfilled_at,
    case
        when not is_unauthorised then later(begins_at, 40)
        -- asked for only when it had been promised
        when draw(call_key, 'too late') < 0.5 then later(begins_at, 80)
    end as eligibility_confirmed_at,
    mix(call_key, 'promise') as row_key,
    begins_at as sort_at,
    part
from handoff_calls
where promise_kind is not null;

create or replace table landed_handoffs__call_actions as
select
    key_text('call_', call_key) as call_id,
    action_type,
    target_id,
    later(begins_at, 90) as source_updated_at,
    'commerce' as target_system,
    later(begins_at, 75) as requested_at,
    later(begins_at, 78) as executed_at,
    'done' as status,
    if(is_twice, 2, 1)::bigint as executions,
    mix(call_key, 'action row') as row_key,
    begins_at as sort_at,
    part
from handoff_calls;

create or replace table landed_handoffs__call_events as
with

happened as (
    select call_key, begins_at, part, 1 as event_seq, 10 as after_seconds, 'slot_asked' as event_type,
        if(is_reasked, 'phone', 'order_id') as name, null::boolean as ok, null::json as payload
    from handoff_calls
    union all
    select call_key, begins_at, part, 2, 20, 'lookup', 'get_order', is_about_order, null
    from handoff_calls
    union all
    select call_key, begins_at, part, 3, 75, 'tool_call', action_type, true, json_object('target_id', target_id)
    from handoff_calls
    union all
    select call_key, begins_at, part, 4, 77, 'tool_call', action_type, true, json_object('target_id', target_id)
    from handoff_calls
    where is_twice or is_replayed
)

select
    key_text('call_', call_key) as call_id,
    event_seq,
    later(begins_at, after_seconds) as event_at,
    event_type,
    name,
    ok,
    payload,
    xor(call_key, (event_seq + 100)::ubigint) as row_key,
    begins_at as sort_at,
    part
from happened;

create or replace table landed_handoffs__owner_alerts as
select
    key_text('a_', call_key) as alert_id,
    key_text('call_', call_key) as call_id,
    'slack' as channel,
    if(is_needless, 'promise', 'decision') as cause,
    later(ended_at, 20) as sent_at,
    known(later(ended_at, 20 + 3000 * draw(call_key, 'acknowledged'))) as acknowledged_at,
    call_key as row_key,
    begins_at as sort_at,
    part
from handoff_calls
where is_escalated and promise_kind is null;

create or replace table landed_handoffs__messages as
select
    key_text('m_', mix(call_key, 'booking')) as message_id,
    later(sent_at, 30) as source_updated_at,
    customer_text(customer_no) as customer_id,
    key_text('call_', call_key) as call_id,
    'email' as channel,
    'confirmation' as purpose,
    'tpl-booking' as template_id,
    false as is_automatic_recap,
    sent_at,
    later(sent_at, 10) as delivered_at,
    mix(call_key, 'booking message') as row_key,
    sent_at as sort_at,
    part
from (
    select
        *,
        later(ended_at, 300 + 20000 * draw(call_key, 'confirms')) as sent_at
    from handoff_calls
    where sub_workflow = 'booking_change' and draw(call_key, 'confirmed') < 0.9
) as confirmed
where sent_at < getvariable('shop_end');

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

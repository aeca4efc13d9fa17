-- What the calls of handoffs.sql leave behind: hand-offs, documents, promises, actions, events, alerts, messages.
create or replace table landed_handoffs__handoffs as
with

waited as (
    select
        *,
        later(ended_at, 30) as created_at,
        later(
            ended_at,
            30 + 60 * -ln(1 - draw(call_key, 'accepts')) * if(
                segment = 'vip', getvariable('handoffs_left_accept_minutes_vip'),
                getvariable('handoffs_left_accept_minutes')
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
        when draw(call_key, 'read wrong') < 3 * getvariable('handoffs_left_corrected')
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
        draw(call_key, 'kept') < getvariable('handoffs_left_kept'),
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

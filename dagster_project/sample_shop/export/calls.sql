select
    key_text('call_', call_key) as call_id,
    later(coalesce(ended_at, begins_at), 45 + 600 * draw(call_key, 'updated')) as source_updated_at,
    direction,
    case when kind in ('outbound', 'voicemail', 'not_reached') and draw(call_key, 'workflow') < 0.5
        then 'cart_recovery' else 'order_support' end as workflow,
    status,
    begins_at as started_at,
    if(
        status = 'completed',
        least(ended_at, later(begins_at, 1 + 4 * draw(call_key, 'answer'))), null
    ) as answered_at,
    ended_at,
    case
        when kind = 'voicemail' then 'voicemail_detected'
        when status = 'no_answer' then 'user_did_not_pick_up'
        when status = 'busy' then 'user_busy'
        when status = 'failed'
            then if(draw(call_key, 'reason') < 0.5, 'user_unreachable', 'network_failure')
        when is_lost_transfer then 'agent_disconnected'
        when outcome = 'system_failure' then case
            when draw(call_key, 'reason') < 0.6 then 'system_failure'
            when draw(call_key, 'reason') < 0.8 then 'network_failure'
            else 'system_at_capacity'
        end
        when unresolved_mode = 2 or kind = 'silent' then 'silence_timeout'
        when unresolved_mode = 3 then 'max_duration'
        when draw(call_key, 'reason') < 0.6 then 'user_disconnected'
        else 'agent_disconnected'
    end as end_reason,
    if(draw(call_key, 'web') < 0.06, 'web', 'phone') as channel,
    if(
        order_no is not null, order_source(order_no), pick_source(draw(call_key, 'source'))
    ) as source_system,
    'main' as store_id,
    if(agent_version = 'human', 'desk', 'order-support') as agent_id,
    agent_version,
    kind = 'test' as is_test,
    if(is_anonymous, null, customer_text(customer_no)) as customer_id,
    if(is_anonymous, null, customer_phone(customer_no)) as phone,
    if(has_order, order_text(order_no), null) as order_id,
    null::varchar as cart_id,
    null::varchar as incident_id,
    null::varchar as booking_id,
    if(parent_key is null, null, key_text('call_', parent_key)) as parent_call_id,
    if(
        is_anonymous, null, match_confidence_of(call_key)
    ) as match_confidence,
    case
        when is_anonymous then null
        when draw(call_key, 'method') < 0.5 then 'phone'
        when has_order then 'order_id'
        when draw(call_key, 'method') < 0.9 then 'email'
        else 'postal_code'
    end as identity_method,
    case
        when kind in ('hung_up', 'silent', 'test', 'no_reason') or status <> 'completed'
            then 'not_asked'
        when is_anonymous then 'failed'
        else 'verified'
    end as identity_result,
    case
        when outcome = 'transferred_human' or kind in ('leg', 'callback')
            then desk_person(desk, draw(call_key, 'person'))
        when outcome = 'deferred_human' then desk
        when draw(call_key, 'owner') < 0.1 then 'ai-order-support'
    end as owner_id,
    lower(split_part(code, '.', 1)) as intent_raw,
    case
        when draw(call_key, 'urgency') < 0.06 then 'urgent'
        when draw(call_key, 'urgency') < 0.20 then 'high'
        when draw(call_key, 'urgency') < 0.85 then 'normal'
        else 'low'
    end as urgency,
    null::varchar as objection,
    case deferral when 'callback' then 'call back' when 'ticket' then 'reply by e-mail' end
        as requested_next_step,
    case
        when deferral = 'escalated'
            then if(
                draw(call_key, 'review') < 0.6 and not is_webhook, 'escalated',
                'sent_to_review'
            )
        when unresolved_mode = 4 then 'retried'
        when outcome like 'resolved%' and draw(call_key, 'closed') < 0.6 then 'closed'
    end as routing_decision,
    if(
        outcome = 'transferred_human' or is_lost_transfer,
        later(begins_at, 0.6 * date_diff('second', begins_at, ended_at)),
        null
    ) as transfer_at,
    case
        when is_lost_transfer then case
            when draw(call_key, 'transfer') < 0.5 then 'no_answer'
            when draw(call_key, 'transfer') < 0.7 then 'hunt_timeout'
            when draw(call_key, 'transfer') < 0.85 then 'rejected'
            else 'bridge_failed'
        end
        when outcome = 'transferred_human'
            then if(draw(call_key, 'transfer') < 0.94, 'connected', 'customer_disconnected')
    end as transfer_status,
    case when outcome = 'transferred_human' or is_lost_transfer then desk end as transfer_target,
    case
        when outcome = 'resolved_confirmed' then true
        when unresolved_mode = 1 then false
    end as customer_confirmed_resolved,
    case code
        when 'DEL.CHANGE.ADDRESS_CHANGE' then '["wrong_address"]'
        when 'FUL.CONDITION.DAMAGED_ON_ARRIVAL' then '["damaged_item"]'
        when 'PAY.FRAUD.FRAUD_OR_NOT_MY_ORDER' then '["fraud"]'
    end::json as risk_flags,
    if(
        status = 'completed' and draw(call_key, 'talk') < 0.92,
        floor(0.85 * date_diff('second', begins_at, ended_at))::bigint, null
    ) as talk_seconds,
    if(
        outcome = 'transferred_human', floor(10 + 50 * draw(call_key, 'hold'))::bigint, null
    ) as hold_seconds,
    if(status = 'completed', floor(3 + 15 * draw(call_key, 'wrap'))::bigint, null) as wrap_seconds,
    if(
        outcome = 'transferred_human',
        floor(0.4 * date_diff('second', begins_at, ended_at))::bigint, null
    ) as human_seconds,
    if(
        status = 'completed' and kind = 'contact',
        'Call of ' || date_diff('second', begins_at, ended_at) || ' seconds', null
    )
        as summary,
    if(
        kind = 'contact' and draw(call_key, 'transcript') < 0.97,
        'https://voice.example/calls/' || key_text('call_', call_key) || '/transcript', null
    ) as transcript_url,
    null::varchar as recording_url,
    'https://voice.example/calls/' || key_text('call_', call_key) as record_url,
    json_object('run', agent_version) as metadata,
    call_key as row_key,
    begins_at as sort_at,
    part,
    is_webhook
from calls_sim

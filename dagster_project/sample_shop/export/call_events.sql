with

happened as (
    select call_key, part, begins_at, 1 as event_seq, 0.15 as share, ended_at,
        'lookup' as event_type,
        'find_customer' as name, not is_anonymous as ok, null::json as payload
    from calls_sim
    where kind = 'contact'
    union all
    select call_key, part, begins_at, 2, 0.3, ended_at, 'lookup', 'get_order', has_order,
        if(has_order, json_object('order_id', order_text(order_no)), null)
    from calls_sim
    where kind = 'contact' and order_no is not null
    union all
    select call_key, part, begins_at, 3, 0.45, ended_at,
        if(code = 'REFUND_ASK', 'eligibility_checked', 'policy_check'), 'refund_policy', true,
        if(code = 'REFUND_ASK', json_object('eligible', leaf = 'REF.REQUEST.REFUND_REQUEST'), null)
    from calls_sim
    where
        kind = 'contact' and (code like 'RET.%' or code like 'REF%')
        -- some agents answer a refund wish without looking anything up
        and (code <> 'REFUND_ASK' or draw(call_key, 'looked up') < 0.9)
    union all
    select call_key, part, begins_at, 4, 0.6, ended_at, 'transfer', desk, not is_lost_transfer, null
    from calls_sim
    where outcome = 'transferred_human' or is_lost_transfer
    union all
    select call_key, part, begins_at, 5, 0.7, ended_at, 'tool_call', 'send_link',
        draw(call_key, 'link ok') < 0.98, null
    from calls_sim
    where kind = 'contact' and outcome like 'resolved%' and draw(call_key, 'link') < 0.3
    union all
    select call_key, part, begins_at, 6, 0.9, ended_at, 'error', 'platform', false,
        json_object('code', 503)
    from calls_sim
    where kind = 'contact' and outcome = 'system_failure' and not is_lost_transfer
    union all
    select call_key, part, begins_at, 7, 0.9, ended_at, 'silence', null, null,
        json_object('seconds', 12)
    from calls_sim
    where unresolved_mode = 2 or kind = 'silent'
    union all
    select call_key, part, begins_at, 8, 0.35, ended_at, 'lookup', 'get_shipment', has_order, null
    from calls_sim
    where kind = 'contact' and code in ('WISMO', 'DELIVERY_FAILED')
    union all
    select call_key, part, begins_at, 9, 0.35, ended_at, 'lookup', 'get_payment',
        has_order or (not is_anonymous and draw(call_key, 'payment found') < 0.8), null
    from calls_sim
    where kind = 'contact' and (code like 'PAY.%' or code = 'REF.STATUS.REFUND_STATUS')
)

select
    key_text('call_', call_key) as call_id,
    event_seq,
    later(begins_at, share * date_diff('second', begins_at, ended_at)) as event_at,
    event_type,
    name,
    ok,
    payload,
    xor(call_key, (event_seq + 100)::ubigint) as row_key,
    begins_at as sort_at,
    part_of(begins_at, call_key, getvariable('batches')) as part
from happened

with

sent as (
    select mix(call_key, 'recap') as message_key, customer_no, order_no, has_order, is_anonymous,
        call_key, null::ubigint as ticket_key, 'recap' as purpose, true as is_automatic_recap,
        later(ended_at, 20 + 60 * draw(call_key, 'recap time')) as sent_at
    from calls_sim
    where kind = 'contact' and not is_anonymous and draw(call_key, 'recap') < 0.45
    union all
    select mix(call_key, 'update'), customer_no, order_no, has_order, is_anonymous, call_key, null,
        'order_update', false,
        later(ended_at, 1800 + 100000 * pow(draw(call_key, 'update time'), 2))
    from calls_sim
    where kind = 'contact' and not is_anonymous and has_order
        and draw(call_key, 'updated') < case
            when outcome = 'deferred_human' then 0.92
            when code in (
                'WISMO', 'DELIVERY_FAILED', 'FUL.ACCURACY.WRONG_ITEM',
                'FUL.ACCURACY.MISSING_ITEM'
            ) then 0.75
            else 0.55
        end
    union all
    -- the link that answers; it is about a page and not about the order
    select mix(call_key, 'link message'), customer_no, order_no, false, is_anonymous, call_key, null, 'link', false,
        later(begins_at, 0.7 * date_diff('second', begins_at, ended_at))
    from calls_sim
    where kind = 'contact' and not is_anonymous and outcome like 'resolved%' and draw(call_key, 'link') < 0.3
        and draw(call_key, 'link ok') < 0.98
    union all
    select mix(ticket_key, 'reply'), customer_no, order_no, has_order, is_anonymous, null,
        ticket_key, 'next_step', false,
        replied_at
    from tickets_sim
    where not is_anonymous and merged_key is null
    union all
    select mix(order_no, 'notice'), customer_no, order_no, true, false, null, null, 'order_update',
        false, out_at
    from orders_sim
    where out_at is not null and draw(order_no, 'notice') < 0.2
)

select
    key_text('m_', message_key) as message_id,
    later(sent_at, 30) as source_updated_at,
    customer_text(customer_no) as customer_id,
    if(has_order, order_text(order_no), null) as order_id,
    if(ticket_key is null, null, key_text('t_', ticket_key)) as ticket_id,
    null::varchar as incident_id,
    if(call_key is null, null, key_text('call_', call_key)) as call_id,
    null::varchar as cart_id,
    null::varchar as exception_id,
    if(draw(message_key, 'sms') < 0.3, 'sms', 'email') as channel,
    purpose,
    'tpl-' || purpose as template_id,
    if(call_key is null and ticket_key is null, 'notify.out_for_delivery', null) as rule_id,
    null::varchar as approved_message_id,
    null::varchar as asserted_order_state,
    null::timestamp as asserted_promise_at,
    null::bigint as order_state_version,
    is_automatic_recap,
    sent_at,
    if(
        draw(message_key, 'arrives') < 0.97,
        later(sent_at, 3 + 20 * draw(message_key, 'arrival')), null
    ) as delivered_at,
    if(draw(message_key, 'arrives') < 0.97, null, later(sent_at, 30)) as failed_at,
    if(
        purpose = 'link' and draw(message_key, 'arrives') < 0.97 and draw(message_key, 'opens') < 0.55,
        known(later(sent_at, 60 + 90000 * pow(draw(message_key, 'opens when'), 3))), null
    ) as clicked_at,
    null::timestamp as replied_at,
    null::timestamp as acknowledged_at,
    null::varchar as discount_code,
    mix(message_key, 'message row') as row_key,
    sent_at as sort_at,
    part_of(sent_at, mix(message_key, 'message row'), getvariable('batches')) as part
from sent
where sent_at < getvariable('shop_end')

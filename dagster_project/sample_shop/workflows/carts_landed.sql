-- What the carts of carts.sql leave behind in the sources: calls, turns, events, carts, attempts, links, consents, arms.
insert into workflow_calls
select
    call_key, 'cart_recovery', 'outbound', if(script = 'cart', code, null), customer_no, null, attempted_at, call_ended_at
from cart_calls
where is_delivered;

create or replace table landed_carts__calls as
select
    key_text('call_', call_key) as call_id,
    later(coalesce(call_ended_at, attempted_at), 60) as source_updated_at,
    'outbound' as direction,
    'cart_recovery' as workflow,
    if(is_delivered, 'completed', 'no_answer') as status,
    attempted_at as started_at,
    if(is_delivered, reached_at, null) as answered_at,
    if(is_delivered, call_ended_at, null) as ended_at,
    if(is_delivered, 'user_disconnected', 'user_did_not_pick_up') as end_reason,
    'phone' as channel,
    pick_source(draw(customer_no, 'cart source')) as source_system,
    'main' as store_id,
    'cart-recovery' as agent_id,
    if(attempted_at >= getvariable('version_at'), 'v4.0', 'v3.2') as agent_version,
    false as is_test,
    customer_text(customer_no) as customer_id,
    customer_phone(customer_no) as phone,
    cart_id,
    case
        when script = 'cart' and code in ('SITE_TROUBLE', 'PAY.CHECKOUT.PAYMENT_FAILED')
            and draw(call_key, 'routed') < 0.8 then 'escalated'
        when script = 'cart' and code = 'CHK.INTENT.NOT_READY' then 'nurtured'
        when script = 'cart' and draw(call_key, 'closed') < 0.5 then 'closed'
    end as routing_decision,
    case
        when script = 'cart' and draw(call_key, 'said') < 0.3 then true
        when script = 'cart' and draw(call_key, 'said') > 0.9 then false
    end as customer_confirmed_resolved,
    call_key as row_key,
    attempted_at as sort_at,
    part,
    false as is_webhook
from cart_calls
order by call_key;

create or replace table landed_carts__call_turns as
with

planned as (
    select
        c.call_key,
        c.part,
        c.attempted_at,
        c.customer_no,
        s.turn_no,
        s.speaker,
        mix(xor(c.call_key, (s.turn_no * 40503)::ubigint), 'turn') as turn_key,
        (epoch_ms(c.call_ended_at) - epoch_ms(c.attempted_at)) // script_turns(c.script) as step_ms,
        case s.bank when 'reason' then 'say ' || c.code when 'more' then 'more ' || c.code else s.bank end as bank_name
    from cart_calls as c
    inner join script_turns_said as s on c.script = s.script
    where c.is_delivered
)

select
    key_text('call_', p.call_key) as call_id,
    p.turn_no,
    p.speaker,
    fill_slots(f.text, p.call_key, p.customer_no, null::bigint) as text,
    (p.turn_no - 1) * p.step_ms + 400 as start_ms,
    p.turn_no * p.step_ms as end_ms,
    xor(p.call_key, p.turn_no::ubigint) as row_key,
    p.attempted_at as sort_at,
    p.part
from planned as p
inner join banks as b on p.bank_name = b.bank_name
inner join phrases as f on f.phrase_no = b.first_no + (mix(p.turn_key, 'phrase') % b.size)::integer
order by p.call_key, p.turn_no;

create or replace table landed_carts__call_events as
select
    key_text('call_', call_key) as call_id,
    e.event_seq,
    later(attempted_at, if(e.event_seq = 1, 5, 20)) as event_at,
    if(e.event_seq = 1, 'eligibility_checked', 'consent_stated') as event_type,
    if(e.event_seq = 1, 'discount_eligibility', 'opt_out') as name,
    true as ok,
    if(e.event_seq = 1, json_object('eligible', has_offer), json_object('channel', 'voice', 'status', 'revoked')) as payload,
    xor(call_key, (e.event_seq + 100)::ubigint) as row_key,
    attempted_at as sort_at,
    part_of(attempted_at, call_key, getvariable('batches')) as part
from cart_calls
cross join (values (1), (2)) as e (event_seq)
where is_delivered and (e.event_seq = 1 or is_refused)
order by call_key, e.event_seq;

create or replace table landed_carts__carts as
with

written as (
    select
        cart_id, customer_no, checkout_token, abandoned_at, item_price, currency, skus, has_contact, has_error, cart_key
    from carts_sim
    union all by name
    select
        key_text('cart_', mix(cart_key, 'again')) as cart_id, customer_no,
        key_text('tok_', mix(cart_key, 'token again')) as checkout_token,
        hours_later(abandoned_at, 20 + 100 * draw(cart_key, 'again wait')) as abandoned_at,
        item_price * 0.7 as item_price, currency, skus, has_contact, false as has_error,
        mix(cart_key, 'again') as cart_key
    from carts_sim
    where draw(cart_key, 'again') < getvariable('carts_again')
)

select
    w.cart_id,
    later(coalesce(t.ordered_at, w.abandoned_at), 30) as source_updated_at,
    customer_text(w.customer_no) as customer_id,
    w.checkout_token,
    'main' as store_id,
    later(w.abandoned_at, -600) as created_at,
    w.abandoned_at as updated_at,
    w.abandoned_at,
    money(w.item_price * 1.25) as value,
    w.currency,
    w.skus::json as skus,
    w.has_contact,
    if(w.has_error, 'PAYMENT_STEP_ERROR', null) as checkout_error_code,
    if(t.ordered_at is not null, order_text(t.order_no), null) as completed_order_id,
    t.ordered_at as completed_at,
    mix(w.cart_key, 'cart row') as row_key,
    w.abandoned_at as sort_at,
    part_of(w.abandoned_at, mix(w.cart_key, 'cart row'), getvariable('batches')) as part
from written as w
left join truth_carts as t on w.cart_id = t.cart_id
where w.abandoned_at < getvariable('shop_end')
order by w.cart_key;

create or replace table landed_carts__outreach_attempts as
select
    key_text('att_', attempt_key) as attempt_id,
    later(attempted_at, 300) as source_updated_at,
    cart_id,
    customer_text(customer_no) as customer_id,
    channel,
    attempted_at,
    if(is_delivered, reached_at, null) as delivered_at,
    if(is_delivered and channel = 'phone', reached_at, null) as answered_at,
    if(channel = 'phone', key_text('call_', mix(attempt_key, 'cart call')), null) as call_id,
    if(is_delivered, 'delivered', 'failed') as status,
    if(has_offer, 'BACK' || upper(right(cart_id, 8)), null) as discount_code,
    mix(attempt_key, 'attempt row') as row_key,
    attempted_at as sort_at,
    part_of(attempted_at, mix(attempt_key, 'attempt row'), getvariable('batches')) as part
from cart_attempts
order by attempt_key;

-- Links: after a call with a question, and in every message.
create or replace table landed_carts__messages as
with

sent as (
    select
        a.*,
        mix(a.attempt_key, 'link') as message_key,
        if(a.channel = 'phone', 'sms', a.channel) as sent_by,
        if(a.channel = 'phone', later(a.call_ended_at, 20), a.attempted_at) as sent_at
    from cart_attempts as a
    where a.channel <> 'phone' or (a.is_delivered and not a.is_refused and draw(a.attempt_key, 'link') < 0.6)
)

select
    key_text('m_', message_key) as message_id,
    later(sent_at, 600) as source_updated_at,
    customer_text(customer_no) as customer_id,
    cart_id,
    sent_by as channel,
    'checkout_link' as purpose,
    'tpl-cart' as template_id,
    false as is_automatic_recap,
    sent_at,
    if(is_delivered, later(sent_at, 15), null) as delivered_at,
    if(
        is_delivered and draw(message_key, 'click') < getvariable('carts_landed_clicked'),
        hours_later(sent_at, 0.1 + 20 * draw(message_key, 'click wait')), null
    ) as clicked_at,
    if(has_offer, 'BACK' || upper(right(cart_id, 8)), null) as discount_code,
    mix(message_key, 'message row') as row_key,
    sent_at as sort_at,
    part_of(sent_at, mix(message_key, 'message row'), getvariable('batches')) as part
from sent
where sent_at < getvariable('shop_end')
order by message_key;

create or replace table landed_carts__consents as
with

stated as (
    select distinct
        mix(c.customer_no, n.channel) as consent_key, c.customer_no, n.channel,
        getvariable('orders_from') as valid_from, 'granted' as status, 'sign-up' as captured_via
    from carts_sim as c
    cross join (values ('phone'), ('email'), ('sms'), ('whatsapp')) as n (channel)
    where draw(mix(c.customer_no, n.channel), 'consent') < case n.channel
        when 'phone' then getvariable('carts_consent_phone')
        when 'email' then getvariable('carts_consent_email')
        when 'sms' then getvariable('carts_consent_sms')
        else getvariable('carts_consent_whatsapp')
    end
    union all
    select attempt_key, customer_no, channel, refused_at, 'revoked', 'unsubscribe link'
    from cart_attempts
    where refused_at is not null and channel <> 'phone'
)

select
    customer_text(customer_no) as customer_id,
    channel,
    valid_from,
    status,
    captured_via,
    mix(consent_key, 'consent row') as row_key,
    valid_from as sort_at,
    0 as part
from stated
order by consent_key, valid_from;

create or replace table landed_carts__experiment_assignments as
select distinct
    'cart_recovery_holdout' as experiment,
    customer_text(customer_no) as customer_id,
    if(is_holdout, 'holdout', 'treatment') as arm,
    getvariable('orders_from') as assigned_at,
    mix(customer_no, 'assignment row') as row_key,
    getvariable('orders_from') as sort_at,
    0 as part
from carts_sim
order by row_key;

create or replace table truth_cart_attempts as
select
    key_text('att_', attempt_key) as attempt_id,
    cart_id,
    customer_text(customer_no) as customer_id,
    channel,
    attempted_at,
    is_delivered,
    has_consent,
    coalesce(is_ignoring, false) as is_ignoring,
    refused_at,
    has_offer
from cart_attempts
order by attempt_key;

create or replace table truth_cart_calls as
select key_text('call_', call_key) as call_id, cart_id, script, if(script = 'cart', code, null) as true_code
from cart_calls
where is_delivered
order by call_key;

drop table cart_calls;
drop table cart_attempts;
drop table carts_sim;

-- Abandoned carts. An order out of a cart is a smooth order of the shop, moved to another customer and time: it travels and
-- is paid like any other, so nothing else of the shop changes.
create or replace table cart_templates as
select
    *,
    row_number() over (partition by region order by order_no) - 1 as template_no,
    count(*) over (partition by region) as template_count
from orders_sim
where delivered_at <= promise_at
    and not is_cancelled and not is_hold and not is_backorder and not has_gap
    and attempt_failed_at is null and pickup_at is null and return_reason is null and customs_at is null
    and payment_failed_at is null and not has_wrong_item and not has_missing_item and not is_damaged and not is_faulty
    and not has_no_first_scan and label_at <= ship_by;

create or replace table carts_sim as
with

numbered as (
    select
        i,
        mix(i, 'cart') as cart_key,
        getvariable('orders')::bigint + i as order_no,
        floor(getvariable('customers') * pow(draw(i, 'cart customer'), 1.2))::bigint as customer_no,
        later(getvariable('shop_start'), floor(7 * getvariable('weeks') * draw(i, 'cart day'))::bigint * 86400
            + order_seconds(draw(i, 'cart second'))) as abandoned_at
    from range((getvariable('calls') * getvariable('carts_per_call'))::bigint) as numbers (i)
),

described as (
    select
        *,
        customer_region(customer_no) as region,
        customer_segment(customer_no) as segment,
        draw(customer_no, 'arm') < getvariable('cart_outreach_holdout') as is_holdout,
        draw(cart_key, 'contact') < getvariable('carts_with_contact') as has_contact,
        draw(cart_key, 'error') < if(
            in_effect(abandoned_at, getvariable('checkout_errors_first'), getvariable('checkout_errors_last')),
            getvariable('checkout_errors_share'), getvariable('checkout_errors_usual')
        ) as has_error,
        draw(cart_key, 'natural') < getvariable('cart_outreach_natural') as is_natural
    from numbered
),

-- the regions of the templates are the shop's own, so each cart finds one
cast_in as (
    select
        d.*,
        t.order_no as template_order_no,
        t.category,
        t.item_price,
        t.line_count
    from described as d
    inner join (select region, max(template_count) as template_count from cart_templates group by region) as n
        on d.region = n.region
    inner join cart_templates as t
        on d.region = t.region and t.template_no = (mix(d.cart_key, 'template') % n.template_count)::bigint
)

select
    *,
    key_text('cart_', cart_key) as cart_id,
    key_text('tok_', mix(cart_key, 'token')) as checkout_token,
    if(region_country(region) = 'CA', 'CAD', 'USD') as currency,
    '["' || upper(left(category, 3)) || lpad((mix(order_no * 8 + 1, 'sku') % 400)::varchar, 4, '0') || '"]' as skus,
    -- an order that would have come anyway
    hours_later(abandoned_at, 6 + 200 * pow(draw(cart_key, 'natural wait'), 2)) as natural_at
from cast_in
order by cart_key;

drop table cart_templates;

-- What was planned for each cart of the treatment: two attempts, on channels the customer had agreed to but for the
-- careless ones; a few are pestered.
create or replace table cart_attempts as
with

tried as (
    select
        c.*,
        n.attempt_no,
        mix(xor(c.cart_key, n.attempt_no::ubigint), 'attempt') as attempt_key,
        case
            when n.attempt_no = 1 and draw(c.cart_key, 'called') < getvariable('carts_called_first') then 'phone'
            when n.attempt_no > 2 then 'phone'
            else pick_carts_messages(draw(xor(c.cart_key, n.attempt_no::ubigint), 'message'))
        end as channel,
        calling_time(
            later(c.abandoned_at, if(n.attempt_no = 1, 1800, 90000 * (n.attempt_no - 1))), mix(c.cart_key, 'attempt' || n.attempt_no)
        ) as attempted_at
    from carts_sim as c
    cross join (values (1), (2), (3), (4), (5)) as n (attempt_no)
    where c.has_contact and (not c.is_holdout or draw(c.cart_key, 'leak') < getvariable('carts_leaked'))
        and case
            when n.attempt_no = 1 then true
            when n.attempt_no = 2 then draw(c.cart_key, 'second') < getvariable('carts_second_attempt')
            else draw(c.cart_key, 'pestered') < getvariable('carts_pestered')
        end
),

allowed as (
    select
        *,
        draw(mix(customer_no, channel), 'consent') < case channel
            when 'phone' then getvariable('carts_consent_phone')
            when 'email' then getvariable('carts_consent_email')
            when 'sms' then getvariable('carts_consent_sms')
            else getvariable('carts_consent_whatsapp')
        end as has_consent
    from tried
    where attempted_at < getvariable('shop_end')
        -- who has ordered in the meantime is left alone
        and not (is_natural and natural_at <= attempted_at)
),

reached as (
    select
        *,
        draw(attempt_key, 'reached') < if(channel = 'phone', getvariable('carts_picked_up'), 0.96) as is_delivered
    from allowed
    where has_consent or draw(attempt_key, 'careless') < getvariable('carts_careless')
),

answered as (
    select
        *,
        later(attempted_at, if(channel = 'phone', 8, 20 + 100 * draw(attempt_key, 'arrival'))) as reached_at,
        if(channel = 'phone', later(attempted_at, 30 + 150 * draw(attempt_key, 'pace')), null) as call_ended_at,
        is_delivered and draw(attempt_key, 'stop') < if(
            channel = 'phone', getvariable('carts_spoken_stop'), getvariable('carts_written_stop')
        ) as is_refused
    from reached
),

refused as (
    select
        *,
        case
            when is_refused and channel = 'phone' then later(attempted_at, 20)
            when is_refused then hours_later(reached_at, 1 + 90 * draw(attempt_key, 'stop wait'))
        end as refused_at
    from answered
),

-- the first refusal on a channel ends it, but for attempts that ignore it
first_refusals as (
    select customer_no, channel, min(refused_at) as stopped_at
    from refused
    where refused_at < getvariable('shop_end')
    group by customer_no, channel
)

select
    r.* exclude (refused_at),
    if(r.refused_at < getvariable('shop_end'), r.refused_at, null) as refused_at,
    f.stopped_at < r.attempted_at as is_ignoring,
    draw(r.attempt_key, 'offer') < if(
        in_effect(r.abandoned_at, getvariable('discount_dependency_first'), getvariable('discount_dependency_last')),
        getvariable('discount_dependency_offered'), getvariable('discount_dependency_usual')
    ) as has_offer
from refused as r
left join first_refusals as f on r.customer_no = f.customer_no and r.channel = f.channel
where f.stopped_at is null or r.attempted_at <= f.stopped_at
    or draw(r.attempt_key, 'ignored') < getvariable('carts_ignored_stop')
order by r.attempt_key;

-- What became of each cart.
create or replace table truth_carts as
with

reached as (
    select
        cart_key,
        min(attempted_at) as first_attempt_at,
        min(if(is_delivered, reached_at, null)) as reached_at,
        max(if(is_delivered and has_offer, 1, 0)) = 1 as has_offer
    from cart_attempts
    group by cart_key
),

caused as (
    select
        c.*,
        r.first_attempt_at,
        r.reached_at,
        coalesce(r.has_offer, false) as has_offer,
        r.reached_at is not null and not c.is_natural
            and draw(c.cart_key, 'lift') < getvariable('cart_outreach_lift') as is_caused
    from carts_sim as c
    left join reached as r on c.cart_key = r.cart_key
),

ordered as (
    select
        *,
        case
            when is_natural then natural_at
            when is_caused then hours_later(reached_at, 0.2 + 60 * pow(draw(cart_key, 'lift wait'), 2))
        end as wished_at
    from caused
)

select
    cart_id,
    cart_key,
    order_no,
    template_order_no,
    customer_text(customer_no) as customer_id,
    customer_no,
    if(is_holdout, 'holdout', 'treatment') as arm,
    has_contact,
    has_error,
    is_natural,
    is_caused,
    abandoned_at,
    first_attempt_at,
    reached_at,
    has_offer,
    checkout_token,
    if(wished_at < getvariable('shop_end'), wished_at, null) as ordered_at,
    if(has_offer and wished_at < getvariable('shop_end'), 'BACK' || upper(right(cart_id, 8)), null) as used_code
from ordered
order by cart_key;

insert into orders_sim by name
with

bought as (
    select
        t.*,
        epoch_us(t.ordered_at) - epoch_us(o.placed_at) as moved_us,
        o.* exclude (order_no, customer_no, segment, issued_code, checkout_token)
    from truth_carts as t
    inner join orders_sim as o on t.template_order_no = o.order_no
    where t.ordered_at is not null
)

select
    * exclude (
        cart_id, cart_key, template_order_no, customer_id, arm, has_contact, has_error, is_natural, is_caused, abandoned_at,
        first_attempt_at, reached_at, has_offer, ordered_at, used_code, moved_us
    ) replace (
        ordered_at as placed_at,
        make_timestamp(epoch_us(ship_by) + moved_us) as ship_by,
        make_timestamp(epoch_us(promise_at) + moved_us) as promise_at,
        make_timestamp(epoch_us(label_at) + moved_us) as label_at,
        make_timestamp(epoch_us(handover_at) + moved_us) as handover_at,
        make_timestamp(epoch_us(hub_at) + moved_us) as hub_at,
        make_timestamp(epoch_us(second_hub_at) + moved_us) as second_hub_at,
        make_timestamp(epoch_us(out_at) + moved_us) as out_at,
        make_timestamp(epoch_us(attempt_at) + moved_us) as attempt_at,
        make_timestamp(epoch_us(delivered_at) + moved_us) as delivered_at,
        if(
            draw(cart_key, 'refunded') < getvariable('carts_refunded'),
            make_timestamp(epoch_us(delivered_at) + moved_us + 86400000000), null
        ) as refund_requested_at,
        if(
            draw(cart_key, 'refunded') < getvariable('carts_refunded'),
            make_timestamp(epoch_us(delivered_at) + moved_us + 172800000000), null
        ) as refund_approved_at,
        if(
            draw(cart_key, 'refunded') < getvariable('carts_refunded'),
            make_timestamp(epoch_us(delivered_at) + moved_us + 345600000000), null
        ) as refund_paid_at
    ),
    customer_segment(customer_no) as segment,
    used_code as issued_code
from bought
order by order_no;

-- Calls: the phone attempts.
create or replace table cart_calls as
select
    mix(a.attempt_key, 'cart call') as call_key,
    a.*,
    part_of(a.attempted_at, mix(a.attempt_key, 'cart call'), getvariable('weeks')) as part,
    case
        when not a.is_delivered then null
        when a.is_refused then 'cart_stop'
        when draw(a.attempt_key, 'silent') < getvariable('carts_silent') then 'outbound'
        else 'cart'
    end as script,
    if(
        a.has_error, pick_carts_errors(draw(a.attempt_key, 'reason')), pick_carts_reasons(draw(a.attempt_key, 'reason'))
    ) as code
from cart_attempts as a
where a.channel = 'phone'
order by a.attempt_key;

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
        is_delivered and draw(message_key, 'click') < getvariable('carts_clicked'),
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

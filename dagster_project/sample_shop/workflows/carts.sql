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

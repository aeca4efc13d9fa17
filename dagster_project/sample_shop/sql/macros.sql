-- Random draws are hashes of a key and a salt, 53 bits wide, so that they depend on nothing but
-- the seed.
create or replace macro mix(k, salt) as
    hash(xor(k::ubigint, hash(salt || getvariable('seed')::varchar)));

create or replace macro draw(k, salt) as
    (mix(k, salt) >> 11)::double / 9007199254740992.0;

create or replace macro later(moment, seconds) as
    make_timestamp(epoch_us(moment) + (seconds)::bigint * 1000000);

create or replace macro hours_later(moment, hours) as
    make_timestamp(epoch_us(moment) + ((hours) * 3600)::bigint * 1000000);

create or replace macro hours_between(a, b) as
    (epoch_us(b) - epoch_us(a)) / 3600000000.0;

-- Null for what has not happened yet at the end of the simulated time.
create or replace macro known(moment) as
    case when moment < getvariable('shop_end') then moment end;

create or replace macro week_no(moment) as
    floor((epoch_us(moment) - epoch_us(getvariable('shop_start'))) / 604800000000.0)::integer;

create or replace macro in_effect(moment, first_week, last_week) as
    week_no(moment) between first_week and last_week;

-- The next time after `moment` at which people call: by hour of the day, fewer at the weekend.
create or replace macro calling_day(moment, k) as
    case
        when isodow(moment) = 7 and draw(k, 'sunday') < 0.45
            then date_trunc('day', moment) + interval 1 day
        when isodow(moment) = 6 and draw(k, 'saturday') < 0.25
            then date_trunc('day', moment) + interval 2 day
        else date_trunc('day', moment)
    end;

create or replace macro calling_time(moment, k) as
    later(
        calling_day(moment, k),
        call_seconds(draw(k, 'hour'))
        + if(later(calling_day(moment, k), call_seconds(draw(k, 'hour'))) > moment, 0, 86400)
    );

create or replace macro customer_segment(customer_no) as
    pick_segment(draw(customer_no, 'segment'));

create or replace macro customer_region(customer_no) as
    pick_region(draw(customer_no, 'region'));

create or replace macro customer_text(customer_no) as
    'C' || lpad((customer_no + 100000)::varchar, 7, '0');

create or replace macro customer_first_name(customer_no) as
    pick_name(draw(customer_no, 'name'));

create or replace macro customer_email(customer_no) as
    lower(customer_first_name(customer_no)) || (customer_no + 100)::varchar || '@mail.example';

-- North American number in the fictional exchange range, one number per customer.
create or replace macro customer_phone(customer_no) as
    '+1' || (2000000000 + (customer_no * 7919 + 5550100) % 7990000000)::varchar;

create or replace macro order_source(order_no) as
    pick_source(draw(order_no, 'source'));

create or replace macro order_text(order_no) as
    case order_source(order_no) when 'shopify' then 'SH' else 'WC' end
    || (order_no + 100000)::varchar;

create or replace macro key_text(prefix, k) as
    prefix || lpad(lower(hex(k::ubigint)), 16, '0');

create or replace macro money(amount) as
    (amount)::decimal(18, 2);

-- What the agent knows of a caller and of the order he calls about.
create or replace macro contact_channel(contact_key, round) as
    if(
        round = 0, pick_channel(draw(contact_key, 'via')),
        pick_repeat_channel(draw(contact_key, 'via'))
    );

create or replace macro is_unrecognised(call_key, kind) as
    draw(call_key, 'anonymous') < if(kind = 'contact', 0.05, 0.12);

create or replace macro names_order(call_key) as
    draw(call_key, 'order known') < 0.93;

create or replace macro match_confidence_of(call_key) as
    round(0.72 + 0.28 * sqrt(draw(call_key, 'match')), 2);

create or replace macro order_discount(item_price, order_no, issued_code) as
    if(issued_code is not null or draw(order_no, 'discount') < 0.2, item_price * 0.1, 0);

create or replace macro order_net(item_price, order_no, issued_code) as
    money(item_price * 1.25 - order_discount(item_price, order_no, issued_code));

create or replace macro order_touched_at(placed_at, cancelled_at, label_at, handover_at, delivered_at, refund_paid_at) as
    greatest(
        placed_at, known(cancelled_at), known(label_at), known(handover_at), known(delivered_at),
        known(refund_paid_at)
    );

-- Whether the agent calls in the person that some rules ask for.
create or replace macro obeys(call_key, rules) as
    draw(call_key, 'obeys') < if(
        rules = ['low_confidence_match'], getvariable('mandated_rules_low_confidence'),
        getvariable('mandated_rules_obeyed')
    );

-- The delivery (file) a row comes with: by time, and for a few rows one later.
create or replace macro part_of(moment, k, parts) as
    least(parts - 1, greatest(0, floor(
        (epoch_us(moment) - epoch_us(getvariable('shop_start')))::double
        / (epoch_us(getvariable('shop_end')) - epoch_us(getvariable('shop_start'))) * parts
    )::integer) + case when draw(k, 'late row') < getvariable('late_share') then 1 else 0 end);

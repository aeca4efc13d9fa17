-- What customers are told: once, for some twice, for some something else soon after.
create or replace table exception_notices as
with

notices as (
    select
        order_no, customer_no, exception_id, exception_type, promise_at,
        later(step_at, 60) as sent_at,
        case
            when label_at > step_at then 'processing'
            when handover_at > step_at then 'label_created'
            else 'in_transit'
        end as stated,
        hours_later(promise_at, if(is_late, 48, 0)) as stated_promise,
        label_at, handover_at, customs_at, out_at, attempt_at, delivered_at, returning_at, lost_at
    from exception_steps
    where step = 'action' and action_type = 'notify_customer' and opening = 0
),

-- nothing happens to the order in the hours after the notice: what is said then is a repetition or a contradiction
marked as (
    select
        *,
        coalesce(label_at not between hours_later(sent_at, -1) and hours_later(sent_at, 9), true)
        and coalesce(handover_at not between hours_later(sent_at, -1) and hours_later(sent_at, 9), true)
        and coalesce(customs_at not between hours_later(sent_at, -1) and hours_later(sent_at, 9), true)
        and coalesce(out_at not between hours_later(sent_at, -1) and hours_later(sent_at, 9), true)
        and coalesce(attempt_at not between hours_later(sent_at, -1) and hours_later(sent_at, 9), true)
        and coalesce(delivered_at not between hours_later(sent_at, -1) and hours_later(sent_at, 9), true)
        and coalesce(returning_at not between hours_later(sent_at, -1) and hours_later(sent_at, 9), true)
        and coalesce(lost_at not between hours_later(sent_at, -1) and hours_later(sent_at, 9), true)
            as is_quiet,
        draw(order_no, 'told twice') < getvariable('exceptions_notices_told_twice') as is_repeated,
        draw(order_no, 'contradicted') < getvariable('exceptions_notices_contradicted') as is_contradicted
    from notices
)

select *, 'first' as role, 'order_update' as purpose, 'email' as channel from marked
union all by name
select * replace (hours_later(sent_at, 1 + 5 * draw(order_no, 'told again')) as sent_at),
    'repeated' as role, 'order_update' as purpose, 'sms' as channel
from marked where is_repeated and is_quiet
union all by name
select * replace (
        hours_later(sent_at, 6.5) as sent_at,
        hours_later(stated_promise, 24) as stated_promise
    ),
    'contradicting' as role, 'alert' as purpose, 'sms' as channel
from marked where is_contradicted and is_quiet;

create or replace table landed_exceptions_notices__messages as
select
    key_text('m_', mix(order_no, 'exception notice ' || role)) as message_id,
    later(sent_at, 30) as source_updated_at,
    customer_text(customer_no) as customer_id,
    order_text(order_no) as order_id,
    exception_id,
    channel,
    purpose,
    'tpl-' || exception_type as template_id,
    if(draw(order_no, 'notice rule') < 0.97, 'notify.' || exception_type, null) as rule_id,
    stated as asserted_order_state,
    stated_promise as asserted_promise_at,
    false as is_automatic_recap,
    sent_at,
    later(sent_at, 12) as delivered_at,
    mix(order_no, 'exception message ' || role) as row_key,
    sent_at as sort_at,
    part_of(sent_at, mix(order_no, 'exception message ' || role), getvariable('batches')) as part
from exception_notices
where sent_at < getvariable('shop_end');

create or replace table truth_notices as
select
    key_text('m_', mix(order_no, 'exception notice ' || role)) as message_id,
    order_text(order_no) as order_id,
    role
from exception_notices
where sent_at < getvariable('shop_end');

-- One exception at most for each order that goes wrong, and for a few that do not.
create or replace table exception_cases as
with

wrong as (
    select
        *,
        coalesce(attempt_at > promise_at, true) as is_late,
        case
            when is_backorder then 'backorder'
            when label_at > ship_by then 'unshipped'
            when has_no_first_scan then 'no_first_scan'
            when customs_at is not null then 'carrier_exception'
            when is_lost then 'lost'
            when has_bad_address then 'address'
            when attempt_failed_at is not null then 'attempt_failed'
            when coalesce(attempt_at > promise_at, true) then 'lateness'
            when draw(order_no, 'exception noise') < getvariable('exceptions_noise') then 'noise'
        end as problem
    from orders_sim
    where not is_cancelled and placed_at >= getvariable('shop_start')
),

timed as (
    select
        *,
        problem = 'noise' as is_noise,
        case
            when problem = 'backorder' then hours_later(placed_at, 20)
            when problem = 'unshipped' then hours_later(ship_by, 1)
            when problem = 'no_first_scan' then hours_later(label_at, 25)
            when problem = 'carrier_exception' then hours_later(customs_at, 1)
            when problem in ('address', 'attempt_failed') then hours_later(attempt_failed_at, 1)
            when problem in ('noise', 'lost')
                then hours_later(promise_at, -3 - 8 * draw(order_no, 'exception time'))
            when draw(order_no, 'exception before') < getvariable('exceptions_before_breach')
                then hours_later(promise_at, -2 - 20 * draw(order_no, 'exception time'))
            else hours_later(promise_at, 1 + 30 * draw(order_no, 'exception time'))
        end as detected_at
    from wrong
    where problem is not null
        and (problem = 'noise' or draw(order_no, 'exception detected') < getvariable('exceptions_detected'))
),

named as (
    select
        *,
        case
            when problem not in ('lateness', 'noise') then problem
            when detected_at < promise_at then 'promise_at_risk'
            else 'past_promise'
        end as exception_type,
        draw(order_no, 'exception investigated') < getvariable('exceptions_investigated') and not is_noise
            as is_investigated
    from timed
    where detected_at < getvariable('shop_end')
)

select
    *,
    is_investigated
        and draw(order_no, 'exception again') < getvariable('exceptions_investigated_twice') as is_opened_again,
    case exception_type
        when 'backorder' then 'inventory.backorder'
        when 'unshipped' then 'lateness.unshipped'
        when 'no_first_scan' then 'scan_gap.no_first_scan'
        when 'carrier_exception' then 'carrier.exception'
        when 'lost' then 'scan_gap.lost'
        when 'address' then 'address.rejected'
        when 'attempt_failed' then 'carrier.attempt_failed'
        else 'lateness.' || exception_type
    end as rule_id,
    case
        when draw(order_no, 'exception fits') < getvariable('exceptions_unfitting')
            and exception_type not in ('address', 'attempt_failed', 'backorder', 'unshipped') then 'reroute'
        when exception_type = 'lost' then 'escalate'
        when segment = 'vip' and draw(order_no, 'exception action') < 0.4 then 'escalate'
        when exception_type = 'address' and draw(order_no, 'exception action') < 0.5 then 'reroute'
        when draw(order_no, 'exception action') < 0.75 then 'notify_customer'
        else 'internal_task'
    end as action_type
from named;

-- An exception that is opened again some days later has the same type and steps of its own.
create or replace table exception_openings as
select *, 0 as opening, detected_at as opened_at from exception_cases
union all
select *, 1, hours_later(detected_at, 30 + 100 * draw(order_no, 'exception again time')) from exception_cases
where is_opened_again;

create or replace table exception_steps as
with

steps as (
    select *, 1 as action_no, 'detected' as step, opened_at as step_at from exception_openings
    union all by name
    select *, 2 as action_no, 'packet_complete' as step,
        hours_later(opened_at, 0.03 + 0.4 * draw(order_no * 2 + opening, 'exception packet time')) as step_at
    from exception_openings
    where draw(order_no * 2 + opening, 'exception packet') < getvariable('exceptions_packet')
    union all by name
    select *, 3 as action_no, 'action' as step,
        hours_later(opened_at, 0.5 + 2 * draw(order_no * 2 + opening, 'exception action time')) as step_at
    from exception_openings
    where not is_noise and draw(order_no * 2 + opening, 'exception acts') < getvariable('exceptions_action')
    union all by name
    select *, 4 as action_no, 'written_back' as step,
        hours_later(opened_at, 2.6 + 1.5 * draw(order_no * 2 + opening, 'exception back time')) as step_at
    from exception_openings
    where draw(order_no * 2 + opening, 'exception back') < getvariable('exceptions_written_back')
    union all by name
    select *, 5 as action_no, 'investigated' as step,
        hours_later(opened_at, 1 + 12 * draw(order_no * 2 + opening, 'exception look time')) as step_at
    from exception_openings
    where is_investigated
    union all by name
    select *, 6 as action_no, 'closed' as step,
        hours_later(opened_at, 14 + 90 * draw(order_no * 2 + opening, 'exception end')) as step_at
    from exception_openings
)

select
    *,
    key_text('x_', mix(order_no * 2 + opening, 'exception')) as exception_id,
    step = 'investigated' or (step = 'action' and action_type = 'escalate'
        and draw(order_no, 'exception person') < 0.95) as is_touched
from steps
where step_at < getvariable('shop_end');

create or replace table landed_exceptions__exception_actions as
select
    exception_id,
    action_no,
    order_text(order_no) as order_id,
    if(label_at <= step_at, 's-' || order_text(order_no), null) as shipment_id,
    exception_type,
    step_at as "at",
    step,
    if(step = 'action', action_type, null) as action_type,
    if(
        draw(order_no * 2 + opening, 'exception owned') < getvariable('exceptions_owned'),
        if(is_touched, desk_person('q-delivery', draw(order_no, 'exception owner')), 'q-delivery'), null
    ) as owner_id,
    is_touched as human_touched,
    if(
        step = 'investigated',
        round(getvariable('exceptions_review_minutes') * (0.3 + 1.4 * draw(order_no, 'exception minutes')), 1),
        null
    ) as review_minutes,
    case
        when step not in ('packet_complete', 'action')
            or draw(order_no * 16 + action_no, 'exception proof') < getvariable('exceptions_unproven') then null
        when label_at <= step_at then '["s-' || order_text(order_no) || ':1"]'
        else '["' || order_text(order_no) || '"]'
    end::json as evidence_ids,
    rule_id,
    mix(order_no * 16 + opening * 8 + action_no, 'exception row') as row_key,
    step_at as sort_at,
    part_of(step_at, mix(order_no * 16 + opening * 8 + action_no, 'exception row'), getvariable('batches')) as part
from exception_steps;

create or replace table landed_exceptions__inventory_events as
with

events as (
    select order_no, warehouse_id, placed_at as after_at, 4.0 as hours, 'backorder' as kind, 1 as event_no
    from orders_sim where is_backorder
    union all
    select order_no, warehouse_id, label_at, -4.0, 'restock', 2 from orders_sim where is_backorder
    union all
    select order_no, warehouse_id, label_at, -1.0, 'short_pick', 3 from orders_sim
    where not is_backorder and label_at is not null
        and draw(order_no, 'short pick') < getvariable('exceptions_short_picked')
)

select
    key_text('inv_', mix(order_no * 4 + event_no, 'stock event')) as event_id,
    hours_later(after_at, hours) as "at",
    'SKU-' || lpad((order_no % 900)::varchar, 4, '0') as sku,
    warehouse_id,
    kind,
    case kind when 'restock' then 20 else -1 end as quantity,
    order_text(order_no) as order_id,
    mix(order_no * 4 + event_no, 'stock row') as row_key,
    hours_later(after_at, hours) as sort_at,
    part_of(after_at, mix(order_no * 4 + event_no, 'stock row'), getvariable('batches')) as part
from events
where hours_later(after_at, hours) < getvariable('shop_end');

create or replace table truth_order_exceptions as
select
    exception_id,
    order_text(order_no) as order_id,
    exception_type,
    problem,
    opened_at < promise_at as is_before_breach,
    opening,
    is_investigated,
    is_opened_again
from exception_steps
where step = 'detected';

-- The size of each planted effect in the simulation itself: effect, metric, inside or outside,
-- numerator, denominator.
create or replace temp view measures as
with

parcels as (
    select
        *,
        week_no(handover_at) as handover_week,
        week_no(promise_at) as promise_week,
        coalesce(attempt_at > promise_at, true) as is_late
    from orders_sim
    where handover_at is not null and handover_at >= getvariable('shop_start')
        and promise_at < getvariable('shop_end')
),

described as (
    select
        c.*,
        week_no(c.begins_at) as week,
        o.carrier,
        o.region as order_region
    from contacts as c
    left join orders_sim as o on c.order_no = o.order_no
),

returns_within_week as (
    select
        c.*,
        week_no(c.begins_at) as week,
        n.contact_key is not null as is_back
    from contacts as c
    left join contacts as n
        on n.origin_key = c.contact_key and n.begins_at <= c.begins_at + interval 168 hour
    where c.via = 'phone' and c.outcome in ('resolved_confirmed', 'resolved_assumed')
        and c.begins_at < getvariable('shop_end') - interval 7 day
),

measured as (
    select 'carrier_degrades' as effect_id, 'late_share' as metric,
        handover_week between getvariable('carrier_degrades_first')
            and getvariable('carrier_degrades_last') as is_inside,
        is_late as is_hit
    from parcels
    where carrier = getvariable('carrier_degrades_carrier')
        and region = getvariable('carrier_degrades_region')
    union all
    select 'carrier_degrades', 'M-32',
        promise_week between getvariable('carrier_degrades_first')
            and getvariable('carrier_degrades_last'), not is_late
    from parcels
    where carrier = getvariable('carrier_degrades_carrier')
        and region = getvariable('carrier_degrades_region')
        and promise_week >= 0
    union all
    select 'carrier_degrades', 'wismo_share',
        week between getvariable('carrier_degrades_first')
            and getvariable('carrier_degrades_last'), code = 'WISMO'
    from described
    where carrier = getvariable('carrier_degrades_carrier')
        and order_region = getvariable('carrier_degrades_region')
    union all
    select 'mispicks', 'wrong_item_share',
        week_no(label_at) between getvariable('mispicks_first')
            and getvariable('mispicks_last'), has_wrong_item
    from orders_sim
    where warehouse_id = getvariable('mispicks_warehouse')
        and category = getvariable('mispicks_category')
        and delivered_at < getvariable('shop_end') and label_at >= getvariable('shop_start')
    union all
    select 'agent_version', 'M-01a',
        week between getvariable('agent_version_first') and getvariable('agent_version_last'),
        outcome in ('contained_unresolved', 'resolved_confirmed', 'resolved_assumed')
    from described
    where via = 'phone'
    union all
    select 'agent_version', 'came_back_gap',
        week between getvariable('agent_version_first')
            and getvariable('agent_version_last'), is_back
    from returns_within_week
    union all
    select 'payment_outage', 'payment_failed_share',
        week between getvariable('payment_outage_first') and getvariable('payment_outage_last'),
        code = 'PAY.CHECKOUT.PAYMENT_FAILED'
    from described
    union all
    select 'slow_refunds', 'refund_status_share',
        week between getvariable('slow_refunds_first') and getvariable('slow_refunds_last') + 1,
        code = 'REF.STATUS.REFUND_STATUS'
    from described
    union all
    select 'bad_addresses', 'attempt_failed_share', region = getvariable('bad_addresses_region'),
        attempt_failed_at is not null
    from parcels
    union all
    select 'bad_addresses', 'delivery_failed_share',
        order_region = getvariable('bad_addresses_region'),
        code = 'DELIVERY_FAILED'
    from described
    where order_no is not null
    union all
    select 'hard_lane', 'late_share', region = getvariable('hard_lane_region'), is_late
    from parcels
    union all
    select 'vip_escalates', 'M-08', segment = 'vip', outcome in (
        'transferred_human', 'deferred_human'
    )
    from described
    where via = 'phone'
    union all
    select 'site_incident', 'site_trouble_share',
        week between getvariable('site_incident_first')
            and getvariable('site_incident_last'), code = 'SITE_TROUBLE'
    from described
    union all
    select 'spring_sale', 'promo_code_share',
        week between getvariable('spring_sale_first') and getvariable('spring_sale_last'),
        code = 'PRO.CODE.PROMO_CODE_FAILS'
    from described
)

select effect_id, metric, is_inside, count(*) filter (where is_hit) as numerator,
    count(*) as denominator
from measured
group by effect_id, metric, is_inside;

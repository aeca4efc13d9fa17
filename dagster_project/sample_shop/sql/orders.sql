-- One row per order with everything that will ever happen to it, also after the end of the
-- simulated time.
create or replace table orders_sim as
with

placed as (
    select
        i::bigint as order_no,
        floor(getvariable('customers') * pow(draw(i, 'customer'), 1.3))::bigint as customer_no,
        later(
            getvariable('orders_from'),
            floor(
                getvariable('order_days') * pow((i + 0.5) / getvariable('orders'), 0.95)
            )::bigint * 86400
            + order_seconds(draw(i, 'second'))
        ) as placed_at
    from range(getvariable('orders')::bigint) as numbers (i)
),

described as (
    select
        *,
        customer_segment(customer_no) as segment,
        customer_region(customer_no) as region,
        pick_category(draw(order_no, 'category')) as category,
        pick_method(draw(order_no, 'method')) as payment_method,
        draw(order_no, 'express') < 0.22 as is_express,
        draw(order_no, 'cancelled') < 0.022 as is_cancelled,
        draw(order_no, 'hold') < 0.012 as is_hold,
        draw(order_no, 'slow label') < 0.03 as is_slow_label
    from placed
),

prepared as (
    select
        *,
        pick_carrier(region, draw(order_no, 'carrier')) as carrier,
        pick_warehouse(region, draw(order_no, 'warehouse')) as warehouse_id,
        not is_hold
            and draw(order_no, 'backorder') < if(category = 'Electronics', 0.024, 0.008)
            as is_backorder,
        hours_later(placed_at, if(is_express, 24, 48)) as ship_by,
        later(
            date_trunc('day', placed_at),
            (if(is_express, 2, 5) + region_extra_days(region)) * 86400 + 23 * 3600
        ) as promise_at,
        if(
            is_cancelled, hours_later(placed_at, 0.5 + 18 * draw(order_no, 'cancel time')),
            null
        ) as cancelled_at,
        if(
            draw(order_no, 'payment fails') < case
                when payment_method = 'wallet'
                    and in_effect(
                        placed_at, getvariable('payment_outage_first'),
                        getvariable('payment_outage_last')
                    )
                    then getvariable('payment_outage_failed')
                else 0.025
            end,
            later(placed_at, -120 - 900 * draw(order_no, 'payment time')),
            null
        ) as payment_failed_at
    from described
),

labelled as (
    select
        *,
        case
            when is_cancelled then null
            when is_backorder then hours_later(placed_at, 120 + 120 * draw(order_no, 'label'))
            when is_hold then hours_later(placed_at, 70 + 70 * draw(order_no, 'label'))
            when is_slow_label then hours_later(ship_by, 10 + 60 * draw(order_no, 'label'))
            when is_express then hours_later(placed_at, 1.5 + 10 * draw(order_no, 'label'))
            else hours_later(placed_at, 3 + 26 * draw(order_no, 'label'))
        end as label_at
    from prepared
),

handed_over as (
    select
        *,
        not is_cancelled and draw(order_no, 'first scan') < 0.014 as has_no_first_scan,
        hours_later(
            label_at,
            2 + 9 * draw(order_no, 'handover')
            + if(
                draw(order_no, 'first scan') < 0.014,
                44 + 50 * draw(order_no, 'first scan gap'), 0
            )
        ) as handover_at
    from labelled
),

carried as (
    select
        *,
        carrier = getvariable('carrier_degrades_carrier')
            and region = getvariable('carrier_degrades_region')
            and in_effect(
                handover_at,
                getvariable('carrier_degrades_first'),
                getvariable('carrier_degrades_last')
            ) as is_degraded
    from handed_over
),

delayed as (
    select
        *,
        draw(order_no, 'delay') < if(
            is_degraded, getvariable('carrier_degrades_late'),
            carrier_late(carrier) + if(region = getvariable('hard_lane_region'), getvariable('hard_lane_late'), 0)
        )
            as is_delayed,
        draw(order_no, 'lost') < if(is_degraded, getvariable('carrier_degrades_lost'), 0.0025)
            and not is_cancelled as is_lost,
        region_country(region) = 'CA' and draw(order_no, 'customs') < 0.03
            and not is_cancelled as has_customs,
        draw(order_no, 'attempt') < if(
            region = getvariable('bad_addresses_region'), getvariable('bad_addresses_failed'), 0.035
        ) as fails_first,
        draw(order_no, 'bad address') < if(
            region = getvariable('bad_addresses_region'), getvariable('bad_addresses_bad_address'),
            0.15
        ) as has_bad_address
    from carried
),

travelled as (
    select
        * exclude (has_bad_address, fails_first),
        fails_first and not is_lost and not is_cancelled as fails_first,
        fails_first and has_bad_address and not is_lost and not is_cancelled as has_bad_address,
        is_delayed and not is_cancelled
            and draw(order_no, 'gap') < if(
                is_degraded, getvariable('carrier_degrades_gap'), 0.25
            ) as has_gap,
        if(
            has_customs, hours_later(handover_at, 16 + 14 * draw(order_no, 'customs time')),
            null
        ) as customs_at,
        if(is_express, 18 + 12 * draw(order_no, 'transit'), 42 + 34 * draw(order_no, 'transit'))
            + 22 * region_extra_days(region) as transit_hours,
        if(
            is_delayed,
            if(is_degraded, 84, 40) + if(is_degraded, 130, 90) * draw(order_no, 'delay time'),
            0
        )
            + if(has_customs, 50 + 80 * draw(order_no, 'customs delay'), 0) as delay_hours
    from delayed
),

attempted as (
    select
        *,
        hours_later(handover_at, 0.3 * transit_hours) as hub_at,
        if(
            has_gap or is_lost, null, hours_later(handover_at, 0.75 * transit_hours)
        ) as second_hub_at,
        case when not is_lost then greatest(
            later(
                date_trunc('day', hours_later(handover_at, transit_hours + delay_hours)),
                8 * 3600 + 36000 * draw(order_no, 'attempt time')
            ),
            hours_later(handover_at, 6 + 0.75 * transit_hours)
        ) end as attempt_at
    from travelled
),

arrived as (
    select
        *,
        if(has_gap, hub_at, null) as gap_from,
        if(attempt_at is not null, hours_later(attempt_at, -3.5), null) as out_at,
        if(fails_first, attempt_at, null) as attempt_failed_at,
        if(
            fails_first and draw(order_no, 'sent back') < 0.14, hours_later(attempt_at, 70),
            null
        ) as returning_at,
        if(not fails_first and draw(order_no, 'pickup') < 0.04, attempt_at, null) as pickup_at,
        if(is_lost, later(promise_at, 86400 * 12), null) as lost_at
    from attempted
),

delivered as (
    select
        *,
        case
            when returning_at is not null then null
            when fails_first
                then hours_later(
                    attempt_at, if(has_bad_address, 46, 22) + 40 * draw(order_no, 'again')
                )
            when pickup_at is not null
                then hours_later(attempt_at, 5 + 80 * draw(order_no, 'again'))
            else attempt_at
        end as delivered_at,
        draw(order_no, 'wrong item') < if(
            warehouse_id = getvariable('mispicks_warehouse')
            and category = getvariable('mispicks_category')
            and in_effect(label_at, getvariable('mispicks_first'), getvariable('mispicks_last')),
            getvariable('mispicks_wrong'),
            0.006
        ) as has_wrong_item,
        draw(order_no, 'missing item') < 0.008 as has_missing_item,
        draw(order_no, 'damaged') < 0.010 as is_damaged,
        draw(order_no, 'faulty') < category_faulty(category) as is_faulty
    from arrived
),

judged as (
    select
        *,
        case
            when delivered_at is null then null
            when has_wrong_item and draw(order_no, 'sends back') < 0.45 then 'WRONG_ITEM'
            when is_damaged and draw(order_no, 'sends back') < 0.40 then 'DAMAGED'
            when is_faulty and draw(order_no, 'sends back') < 0.50 then 'DEFECTIVE'
            when draw(order_no, 'sends back') >= category_returned(category) then null
            when draw(order_no, 'why back') < if(category in ('Apparel', 'Footwear'), 0.6, 0.05)
                then 'SIZE_TOO_SMALL'
            when draw(order_no, 'why back') < 0.8 then 'NOT_AS_DESCRIBED'
            else 'UNWANTED'
        end as return_reason
    from delivered
),

returned as (
    select
        *,
        if(
            return_reason is null, null,
            hours_later(delivered_at, 10 + 200 * draw(order_no, 'asks back'))
        )
            as return_requested_at
    from judged
),

received as (
    select
        *,
        hours_later(
            return_requested_at, 80 + 130 * draw(order_no, 'received')
        ) as return_received_at
    from returned
)

select
    * exclude (is_delayed, fails_first, transit_hours, delay_hours, is_slow_label, has_customs),
    return_received_at as refund_requested_at,
    hours_later(return_received_at, 4 + 40 * draw(order_no, 'approved')) as refund_approved_at,
    hours_later(
        return_received_at,
        48 + 60 * draw(order_no, 'paid')
        + if(
            in_effect(
                return_received_at, getvariable('slow_refunds_first'),
                getvariable('slow_refunds_last')
            ),
            24 * getvariable('slow_refunds_extra_days') + 168 * draw(order_no, 'paid late'),
            0
        )
    ) as refund_paid_at,
    round(category_price(category) * (0.55 + 0.9 * draw(order_no, 'price')), 2) as item_price,
    1 + floor(2.4 * pow(draw(order_no, 'lines'), 1.8))::integer as line_count,
    -- orders out of an abandoned cart, which a workflow may add, know their checkout and a code of their own
    null::varchar as issued_code,
    null::varchar as checkout_token
from received;

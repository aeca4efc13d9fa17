-- What was known at the moment of each call and ticket, and the reason that follows from it.
create or replace table moments as
select
    call_key as contact_key, call_key, null::bigint as ticket_key, customer_key, order_key,
    started_at as at_moment, coalesce(channel, 'phone') as channel,
    is_engaged_inbound and customer_key is not null and parent_call_id is null as is_contact,
from shop_calls
union all
select
    -1 - ticket_key, null, ticket_key, customer_key, order_key, created_at,
    coalesce(channel, 'unknown'), true,
from shop_tickets
where
    coalesce(requested_by_customer, true)
    and coalesce(channel, 'unknown') not in ('phone', 'api')
    and merged_into is null
    and call_id is null
    and customer_key is not null;

create or replace table code_words as
with
    codes as (
        select distinct
            raw_code, replace(replace(upper(raw_code), ' ', '_'), '-', '_') as normal_code,
        from raw.shipment_scans
        where
            scanned_at <= getvariable('as_of')
            and raw_code is not null
            and status in ('exception', 'attempt_failed', 'lost')
    )
select
    raw_code,
    bool_or(cause = 'external') as is_external,
    bool_or(cause = 'address') as is_address,
    bool_or(cause = 'damaged') as is_damaged,
    bool_or(cause = 'lost') as is_lost,
from codes
inner join read_csv(getvariable('seeds') || '/carrier_code_words.csv') as words
    on contains(codes.normal_code, words.word)
group by raw_code;

-- the shipment of each moment: the one with the latest scan strictly before it, else the first;
-- what had happened to it by then
create or replace table seen as
select
    moments.contact_key,
    shipments.shipment_key,
    max(scans.scanned_at) as last_scan_at,
    max(scans.scanned_at) filter (scans.status <> 'info_received') as last_carrier_scan_at,
    min(scans.scanned_at) filter (scans.status = 'info_received') as info_received_at,
    max(scans.scanned_at) filter (words.is_external) as last_external_at,
    bool_or(scans.status = 'in_transit') as has_in_transit,
    bool_or(scans.status = 'out_for_delivery') as has_out_for_delivery,
    bool_or(scans.status = 'attempt_failed') as has_attempt_failed,
    bool_or(scans.status = 'available_for_pickup') as has_available_for_pickup,
    bool_or(scans.status = 'delivered') as has_delivered,
    bool_or(scans.status = 'returning') as has_returning,
    bool_or(scans.status = 'returned') as has_returned,
    bool_or(scans.status = 'lost' or words.is_lost) as has_lost,
    bool_or(words.is_address) as has_address_problem,
    bool_or(words.is_damaged) as has_damage,
from moments
inner join shop_shipments as shipments using (order_key)
left join raw.shipment_scans as scans
    on shipments.shipment_key = scans.shipment_key and moments.at_moment >= scans.scanned_at
left join code_words as words using (raw_code)
group by moments.contact_key, shipments.shipment_key, shipments.shipment_id
qualify
    row_number() over (
        partition by moments.contact_key
        order by
            max(scans.scanned_at) filter (scans.scanned_at < moments.at_moment) desc nulls last,
            shipments.shipment_id
    ) = 1;

create or replace table states as
select
    moments.*,
    orders.order_key is not null as is_order_known,
    seen.* exclude (contact_key),
    shipments.shipment_id,
    shipments.carrier,
    coalesce(customers.segment, 'unknown') as segment,
    coalesce(shipments.region, orders.own_region, customers.region, 'unknown') as region,
    coalesce(shipments.warehouse_id, orders.warehouse_id, 'unknown') as warehouse,
    coalesce(orders.category, 'unknown') as product_category,
    shipments.stalled_hours,
    shipments.lost_hours,
    shipments.no_first_scan_hours,
    holds.order_key is not null as is_held,
    orders.is_left,
    orders.is_cancelled,
    orders.ship_by_at,
    coalesce(
        shipments.promise_original_at, orders.promised_delivery_at, shipments.promise_current_at
    ) as promise_at,
    least(shipments.label_at, seen.info_received_at) as labelled_at,
    shipments.handover_at <= moments.at_moment as was_handed_over,
    coalesce(shipments.delivered_at <= moments.at_moment, false)
    or coalesce(seen.has_delivered, false) as was_delivered,
    greatest(
        seen.last_carrier_scan_at, case when was_handed_over then shipments.handover_at end
    ) as last_movement_at,
    case
        when orders.cancelled_at <= moments.at_moment then 'cancelled'
        when seen.has_returned then 'returned'
        when seen.has_returning then 'returning'
        when was_delivered then 'delivered'
        when seen.has_available_for_pickup then 'available_for_pickup'
        when seen.has_attempt_failed then 'attempt_failed'
        when seen.has_out_for_delivery then 'out_for_delivery'
        when seen.has_in_transit then 'in_transit'
        when was_handed_over then 'handed_over'
        when labelled_at <= moments.at_moment then 'label_created'
        when orders.placed_at <= moments.at_moment then 'placed'
        else 'unknown'
    end as delivery_stage,
from moments
left join raw.customers as customers using (customer_key)
left join shop_orders as orders on moments.order_key = orders.order_key
left join shop_holds as holds
    on
        moments.order_key = holds.order_key
        and moments.at_moment >= holds.held_from
        and moments.at_moment < coalesce(holds.held_until, 'infinity')
left join seen on moments.contact_key = seen.contact_key
left join shop_shipments as shipments on seen.shipment_key = shipments.shipment_key;

-- the records that can confirm what a caller said; only calls with an accepted first code
create or replace table tagged as
select
    tags.call_key, tags.code, calls.order_key, calls.cart_id, calls.started_at,
    coalesce(calls.ended_at, calls.started_at) as ended_at,
    coalesce(calls.customer_key, calls.call_key) as reporter_key,
    calls.incident_id,
from raw.reason_tags as tags
inner join shop_calls as calls using (call_key)
where tags.rank = 1 and tags.status = 'accepted' and calls.is_person;

create or replace table records as
with
    checks as (
        select
            call_key,
            arg_max(
                coalesce(try_cast(json_extract_string(payload, '$.eligible') as boolean), ok),
                event_seq
            ) filter (event_type = 'eligibility_checked') as was_found_eligible,
            bool_or(
                ok = false
                and (
                    lower(name) like '%address%valid%' or lower(name) like '%valid%address%'
                )
            ) as has_failed_address_check,
        from raw.call_events
        where
            event_at <= getvariable('as_of')
            and (event_type = 'eligibility_checked' or lower(name) like '%address%')
        group by call_key
    ),
    sent_back as (
        select
            tagged.call_key,
            arg_max(returns.eligible, returns.requested_at) as is_eligible,
            bool_or(upper(returns.reason) like '%WRONG%') as has_wrong_item,
            bool_or(upper(returns.reason) like '%DEFECT%') as has_defect,
            bool_or(upper(returns.reason) like '%DAMAG%') as has_damage,
            bool_or(upper(returns.reason) similar to '.*(SIZE|FIT).*') as has_size,
            bool_or(upper(returns.reason) similar to '.*(DESCRI|STYLE|COLOR|COLOUR).*') as has_style,
            bool_or(upper(returns.reason) similar to '.*(UNWANTED|MIND).*') as is_unwanted,
            bool_or(
                returns.received_at is null
                or returns.received_at > getvariable('as_of')
                or returns.received_at > tagged.started_at
            ) as is_open,
        from tagged
        inner join raw.returns as returns
            on tagged.order_key = returns.order_key and tagged.ended_at >= returns.requested_at
        where returns.requested_at <= getvariable('as_of')
        group by tagged.call_key
    ),
    refunded as (
        select
            tagged.call_key,
            arg_max(refunds.within_policy, refunds.requested_at) as is_within_policy,
        from tagged
        inner join raw.refunds as refunds
            on tagged.order_key = refunds.order_key and tagged.ended_at >= refunds.requested_at
        where refunds.requested_at <= getvariable('as_of')
        group by tagged.call_key
    ),
    paid_order as (
        select
            tagged.call_key,
            bool_or(payments.status = 'failed') as has_failed,
            count(*) filter (payments.status = 'succeeded')
            > count(distinct payments.amount) filter (payments.status = 'succeeded')
                as has_same_amount_twice,
        from tagged
        inner join raw.payments as payments
            on tagged.order_key = payments.order_key and tagged.started_at >= payments.attempted_at
        where tagged.code in ('PAY.CHECKOUT.PAYMENT_FAILED', 'PAY.CHARGE.UNEXPECTED_OR_DUPLICATE')
        group by tagged.call_key
    ),
    paid_cart as (
        select tagged.call_key, bool_or(payments.status = 'failed') as has_failed,
        from tagged
        inner join raw.payments as payments
            on tagged.cart_id = payments.cart_id and tagged.started_at >= payments.attempted_at
        where tagged.code = 'PAY.CHECKOUT.PAYMENT_FAILED'
        group by tagged.call_key
    ),
    disputed as (
        select distinct tagged.call_key
        from tagged
        inner join raw.disputes as disputes
            on tagged.order_key = disputes.order_key and tagged.started_at >= disputes.opened_at
        where tagged.code = 'PAY.CHARGE.CHARGEBACK'
    ),
    out_of_stock as (
        select distinct tagged.call_key
        from tagged
        inner join raw.inventory_events as stock
            on tagged.order_key = stock.order_key and tagged.started_at >= stock.at
        where
            tagged.code = 'FUL.STOCK.OUT_OF_STOCK_AFTER_ORDER'
            and stock.kind in ('short_pick', 'backorder')
    ),
    photos as (
        select distinct call_key
        from raw.documents
        where kind = 'damage_photo' and received_at <= getvariable('as_of')
    ),
    site as (
        select
            tagged.call_key,
            tagged.incident_id is not null or exists (
                select 1
                from raw.incidents as incidents
                where
                    incidents.opened_at <= getvariable('as_of')
                    and tagged.started_at >= coalesce(
                        incidents.first_impact_at, incidents.detected_at, incidents.opened_at
                    )
                    and tagged.started_at <= coalesce(
                        plus_hours(known(incidents.resolved_at), 48), tagged.started_at
                    )
            ) as has_open_incident,
            count(distinct tagged.reporter_key) over (
                order by epoch_us(tagged.started_at)
                range between 3600000000 preceding and current row
            ) as reporters,
        from tagged
        where tagged.code in ('SITE_TROUBLE', 'INC.STATUS.INCIDENT_UPDATE_REQUEST')
    )
select
    tagged.call_key,
    tagged.code,
    checks.was_found_eligible,
    coalesce(checks.has_failed_address_check, false) as has_failed_address_check,
    sent_back.call_key is not null as has_return,
    sent_back.is_eligible,
    coalesce(sent_back.has_wrong_item, false) as has_wrong_item,
    coalesce(sent_back.has_defect, false) as has_defect,
    coalesce(sent_back.has_damage, false) as has_damaged_return,
    coalesce(sent_back.has_size, false) as has_size,
    coalesce(sent_back.has_style, false) as has_style,
    coalesce(sent_back.is_unwanted, false) as is_unwanted,
    coalesce(sent_back.is_open, false) as has_open_return,
    refunded.call_key is not null as has_refund,
    refunded.is_within_policy,
    paid_order.call_key is not null or paid_cart.call_key is not null as has_payment,
    coalesce(paid_order.has_failed, false)
    or coalesce(paid_cart.has_failed, false) as has_failed_payment,
    coalesce(paid_order.has_same_amount_twice, false) as has_same_amount_twice,
    disputed.call_key is not null as has_dispute,
    out_of_stock.call_key is not null as has_stock_problem,
    photos.call_key is not null as has_photo,
    site.has_open_incident,
    site.reporters,
from tagged
left join checks using (call_key)
left join sent_back using (call_key)
left join refunded using (call_key)
left join paid_order using (call_key)
left join paid_cart using (call_key)
left join disputed using (call_key)
left join out_of_stock using (call_key)
left join photos using (call_key)
left join site using (call_key);

create or replace table reasons as
with
    facts as (
        select
            records.*,
            states.* exclude (call_key),
            states.shipment_key is not null as has_shipment,
            was_handed_over or last_carrier_scan_at is not null as has_left,
            hours_from(last_movement_at, at_moment) as silent_hours,
            hours_from(labelled_at, at_moment) as labelled_hours,
            delivery_stage in ('delivered', 'returning', 'returned', 'cancelled') as is_over,
            coalesce(was_found_eligible, is_eligible, is_within_policy) as may_refund,
        from records
        inner join states on records.call_key = states.contact_key
    ),
    judged as (
        select
            call_key,
            code,
            last_scan_at,
            is_over,
            case code
                when 'WISMO' then
                    case
                        when is_over then null
                        when is_held and not coalesce(has_left, false)
                            then 'FUL.HOLD.ORDER_ON_HOLD'
                        when has_lost or silent_hours > lost_hours then 'DEL.LOST.LOST_IN_TRANSIT'
                        when
                            last_external_at >= last_carrier_scan_at
                            or (last_external_at is not null and promise_at < at_moment)
                            then 'DEL.LATE.CUSTOMS_EXTERNAL'
                        when silent_hours > stalled_hours then 'DEL.LATE.STALLED'
                        when has_left and promise_at < at_moment then 'DEL.LATE.PAST_PROMISE'
                        when not coalesce(has_left, false) and labelled_hours > no_first_scan_hours
                            then 'FUL.UNSHIPPED.LABEL_NO_FIRST_SCAN'
                        when not coalesce(has_left, false) and is_left and not has_shipment
                            then null
                        when not coalesce(has_left, false) and is_cancelled then null
                        when
                            not coalesce(has_left, false)
                            and not coalesce(labelled_hours >= 0, false)
                            and ship_by_at < at_moment
                            then 'FUL.UNSHIPPED.PAST_SHIP_BY'
                        when has_left and promise_at >= at_moment
                            then 'DEL.STATUS.IN_TRANSIT_ON_TRACK'
                        when not coalesce(has_left, false) and is_order_known
                            then 'DEL.STATUS.PRE_DISPATCH_ETA'
                    end
                when 'DELIVERY_FAILED' then
                    case
                        when has_address_problem or has_failed_address_check
                            then 'DEL.ADDRESS.INVALID_ADDRESS'
                        when has_attempt_failed then 'DEL.FAIL.ATTEMPT_FAILED'
                    end
                when 'REFUND_ASK' then
                    case
                        when may_refund then 'REF.REQUEST.REFUND_REQUEST'
                        when not may_refund then 'REF.EXCEPTION.REFUND_OUTSIDE_POLICY'
                    end
                when 'SITE_TROUBLE' then
                    case
                        when has_open_incident or reporters >= 3
                            then 'INC.OUTAGE.SERVICE_FAILURE_REPORT'
                        else 'CHK.SITE.CHECKOUT_OR_SITE_ERROR'
                    end
            end as leaf,
            case
                when code = 'DEL.LOST.DELIVERED_NOT_RECEIVED' and has_shipment then was_delivered
                when code = 'DEL.FAIL.PICKUP_WAITING' and last_scan_at is not null
                    then coalesce(has_available_for_pickup, false)
                when code = 'DEL.FAIL.RETURN_TO_SENDER' and last_scan_at is not null
                    then coalesce(has_returning or has_returned, false)
                when code = 'PAY.CHECKOUT.PAYMENT_FAILED' and has_payment then has_failed_payment
                when code = 'PAY.CHARGE.UNEXPECTED_OR_DUPLICATE' and has_same_amount_twice
                    then true
                when code = 'PAY.CHARGE.CHARGEBACK' and has_dispute then true
                when code = 'FUL.STOCK.OUT_OF_STOCK_AFTER_ORDER' and has_stock_problem then true
                when code = 'RET.STATUS.RETURN_NOT_PROCESSED' and has_return then has_open_return
                when code = 'REF.STATUS.REFUND_STATUS' and has_refund then true
                when code = 'FUL.ACCURACY.WRONG_ITEM' and has_wrong_item then true
                when code = 'PRD.DEFECT.DEFECTIVE_OR_QUALITY' and has_defect then true
                when code = 'RET.REASON.SIZE_OR_FIT' and has_size then true
                when code = 'RET.REASON.NOT_AS_DESCRIBED_OR_STYLE' and has_style then true
                when code = 'RET.REASON.CHANGED_MIND' and is_unwanted then true
                when
                    code = 'FUL.CONDITION.DAMAGED_ON_ARRIVAL'
                    and (has_damage or has_photo or has_damaged_return)
                    then true
                when
                    code in (
                        'FUL.ACCURACY.WRONG_ITEM', 'FUL.ACCURACY.MISSING_ITEM',
                        'FUL.CONDITION.DAMAGED_ON_ARRIVAL'
                    )
                    and has_shipment and not was_delivered
                    then false
                when code = 'INC.STATUS.INCIDENT_UPDATE_REQUEST' then has_open_incident
            end as is_confirmed,
        from facts
    )
select
    judged.call_key,
    judged.code as stated_reason_code,
    coalesce(codes.l1 || '.' || codes.l2, judged.code) as stated_reason_group,
    coalesce(
        judged.leaf,
        judged.code || case
            when judged.code in ('WISMO', 'DELIVERY_FAILED', 'REFUND_ASK', 'SITE_TROUBLE')
                then '.UNVERIFIED'
            else ''
        end
    ) as verified_reason_code,
    case
        when judged.leaf is not null then 'confirmed'
        when judged.code = 'WISMO' and is_over then 'contradicted'
        when judged.code = 'DELIVERY_FAILED' and last_scan_at is not null then 'contradicted'
        when is_confirmed then 'confirmed'
        when not is_confirmed then 'contradicted'
        else 'not_checkable'
    end as reason_claim,
from judged
left join read_csv(getvariable('seeds') || '/reason_codes.csv') as codes using (code);

-- What the carrier did: flights and exceptions of every shipment.
create or replace table scanned as
with
    ordered as (
        select
            shipment_key,
            scanned_at,
            status,
            lead(scanned_at) over (
                partition by shipment_key order by scanned_at, scan_id
            ) as next_at,
            hours_from(scanned_at, coalesce(next_at, getvariable('as_of'))) as silent_hours,
            status not in (
                'info_received', 'available_for_pickup', 'delivered', 'returned', 'lost'
            ) as is_moving,
        from raw.shipment_scans
        where scanned_at <= getvariable('as_of')
    )
select
    shipment_key,
    count(*) as count_scans,
    min(scanned_at) filter (status <> 'info_received') as first_carrier_scan_at,
    max(scanned_at) filter (status <> 'info_received') as last_carrier_scan_at,
    max(scanned_at) as last_scan_at,
    min(scanned_at) filter (status = 'info_received') as first_info_scan_at,
    min(scanned_at) filter (status = 'attempt_failed') as first_attempt_failed_at,
    min(scanned_at) filter (status in ('attempt_failed', 'delivered')) as first_attempt_scan_at,
    min(scanned_at) filter (status = 'exception') as first_exception_at,
    min(scanned_at) filter (status = 'lost') as first_lost_scan_at,
    min(scanned_at) filter (status in ('returning', 'returned')) as first_returning_at,
    min(scanned_at) filter (status = 'returned') as first_returned_at,
    min(scanned_at) filter (status = 'delivered') as first_delivered_scan_at,
    min(scanned_at) filter (is_moving and silent_hours > stalled_hours) as stalled_from,
    arg_min(next_at, scanned_at) filter (is_moving and silent_hours > stalled_hours)
        as stalled_until,
    min(scanned_at) filter (is_moving and silent_hours > lost_hours) as lost_from,
from ordered
inner join shop_shipments using (shipment_key)
group by shipment_key;

create or replace view flights as
with
    joined as (
        select
            shipments.*,
            scanned.* exclude (shipment_key, count_scans),
            coalesce(scanned.count_scans, 0) as count_scans,
            coalesce(label_at, first_info_scan_at) as labelled_at,
            least(handover_at, first_carrier_scan_at, first_attempt_at, delivered_at)
                as moving_from,
            coalesce(first_attempt_at, delivered_at, first_attempt_scan_at) as attempted_at,
            coalesce(delivered_at, first_delivered_scan_at) as arrived_at,
            case when last_carrier_scan_at is null then handover_at end as silent_from,
            coalesce(
                least(arrived_at, first_returned_at, first_lost_scan_at, cancelled_at),
                known(plus_hours(coalesce(last_scan_at, moving_from), in_flight_max_days * 24))
            ) as in_flight_until,
        from shop_shipments as shipments
        left join scanned using (shipment_key)
    )
select * from joined;

create or replace table marts.fct_shipments as
select
    shipment_id,
    order_id,
    segment,
    coalesce(carrier, 'unknown') as carrier,
    region_or_order as region,
    warehouse_or_order as warehouse,
    category as product_category,
    'unknown' as phase,
    tier,
    service,
    labelled_at,
    handover_at,
    promise_original_at,
    week_of(promise_original_at) as promise_week_start_date,
    promise_current_at,
    attempted_at,
    arrived_at,
    moving_from as in_flight_from,
    in_flight_until,
    count_scans,
    coalesce(promise_original_at <= getvariable('as_of'), false) as is_promise_due,
    case
        when promise_original_at <= getvariable('as_of')
            then coalesce(attempted_at <= promise_original_at, false)
    end as is_on_time,
    hours_from(promise_original_at, attempted_at) as hours_after_promise,
    shipment_key,
    order_key,
from flights;

create or replace table marts.fct_shipment_exceptions as
with
    candidates as (
        select
            shipment_key, shipment_id, order_key, order_id, segment, carrier, region_or_order,
            warehouse_or_order, category, cancelled_at,
            unnest([
                {
                    'exception_type': 'attempt_failed', 'detected_by': 'scan',
                    'opened_at': first_attempt_failed_at,
                    'closed_at': least(arrived_at, first_returning_at)
                },
                {
                    'exception_type': 'carrier_exception', 'detected_by': 'scan',
                    'opened_at': first_exception_at,
                    'closed_at': least(arrived_at, first_returned_at)
                },
                {
                    'exception_type': 'lost',
                    'detected_by': if(first_lost_scan_at is null, 'rule', 'scan'),
                    'opened_at': least(
                        first_lost_scan_at,
                        plus_hours(coalesce(lost_from, silent_from), lost_hours)
                    ),
                    'closed_at': least(arrived_at, first_returned_at)
                },
                {
                    'exception_type': 'returning', 'detected_by': 'scan',
                    'opened_at': first_returning_at, 'closed_at': first_returned_at
                },
                {
                    'exception_type': 'past_promise', 'detected_by': 'rule',
                    'opened_at': promise_original_at,
                    'closed_at': least(attempted_at, first_returned_at)
                },
                {
                    'exception_type': 'stalled', 'detected_by': 'rule',
                    'opened_at': plus_hours(coalesce(stalled_from, silent_from), stalled_hours),
                    'closed_at': least(stalled_until, arrived_at, first_returned_at)
                },
                {
                    'exception_type': 'no_first_scan', 'detected_by': 'rule',
                    'opened_at': plus_hours(labelled_at, no_first_scan_hours),
                    'closed_at': moving_from
                }
            ], recursive := true),
        from flights
        union all
        select
            flights.shipment_key,
            flights.shipment_id,
            orders.order_key,
            orders.order_id,
            orders.segment,
            flights.carrier,
            coalesce(flights.region_or_order, orders.region, 'unknown'),
            coalesce(flights.warehouse_or_order, orders.warehouse_id, 'unknown'),
            coalesce(orders.category, 'unknown'),
            orders.cancelled_at,
            'unshipped',
            'rule',
            orders.ship_by_at,
            least(flights.labelled_at, flights.moving_from),
        from shop_orders as orders
        left join flights
            on
                orders.order_key = flights.order_key
                and orders.first_shipment_id = flights.shipment_id
        where
            not orders.is_cancelled
            and (not orders.is_left or flights.shipment_key is not null)
    )
select
    coalesce(shipment_id, 'order:' || order_id) || ':' || exception_type as exception_id,
    shipment_id,
    order_id,
    exception_type,
    detected_by,
    opened_at,
    week_of(opened_at) as opened_week_start_date,
    known(least(closed_at, cancelled_at)) as closed_at,
    segment,
    coalesce(carrier, 'unknown') as carrier,
    region_or_order as region,
    warehouse_or_order as warehouse,
    category as product_category,
    'unknown' as phase,
    shipment_key,
    order_key,
from candidates
where
    opened_at <= getvariable('as_of')
    and coalesce(least(closed_at, cancelled_at) > opened_at, true);

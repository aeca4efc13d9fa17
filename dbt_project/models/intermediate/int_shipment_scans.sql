with

shipment_scans as (

    select * from {{ ref('stg_shipment_scans') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- the silence after a scan lasts to the next scan or, for the last one, to as_of
ordered as (

    select
        shipment_scans.shipment_key,
        shipment_scans.scanned_at,
        shipment_scans.status,
        lead(shipment_scans.scanned_at) over (
            partition by shipment_scans.shipment_key
            order by shipment_scans.scanned_at, shipment_scans.scan_id
        ) as next_scanned_at,
        run_context.as_of,
    from shipment_scans
    cross join run_context

),

shipments as (

    select * from {{ ref('int_shipments') }}

),

promise_rules as (

    select * from {{ ref('int_promise_rules') }}

),

-- only a carrier that has the parcel can be silent about it: not before its first scan, not after the last state
with_rules as (

    select
        ordered.shipment_key,
        ordered.scanned_at,
        ordered.status,
        ordered.next_scanned_at,
        {{ hours_between('ordered.scanned_at', 'coalesce(ordered.next_scanned_at, ordered.as_of)') }}
            as silent_hours,
        promise_rules.scan_gap_hours,
        promise_rules.stalled_hours,
        promise_rules.lost_hours,
        ordered.status not in (
            'info_received', 'available_for_pickup', 'delivered', 'returned', 'lost'
        ) as is_moving,
    from ordered
    inner join shipments
        on ordered.shipment_key = shipments.shipment_key
    -- the limits in force when the silence began
    inner join promise_rules
        on shipments.rule_key = promise_rules.rule_key
    where
        ordered.scanned_at >= promise_rules.valid_from
        and (promise_rules.valid_to is null or ordered.scanned_at < promise_rules.valid_to)

),

final as (

    select
        shipment_key,
        count(*) as count_scans,
        min(case when status <> 'info_received' then scanned_at end) as first_carrier_scan_at,
        max(case when status <> 'info_received' then scanned_at end) as last_carrier_scan_at,
        max(scanned_at) as last_scan_at,
        min(case when status = 'info_received' then scanned_at end) as first_info_scan_at,
        min(case when status = 'attempt_failed' then scanned_at end) as first_attempt_failed_at,
        min(case when status in ('attempt_failed', 'delivered') then scanned_at end) as first_attempt_scan_at,
        min(case when status = 'out_for_delivery' then scanned_at end) as first_out_scan_at,
        min(case when status = 'exception' then scanned_at end) as first_exception_at,
        min(case when status = 'lost' then scanned_at end) as first_lost_scan_at,
        min(case when status in ('returning', 'returned') then scanned_at end) as first_returning_at,
        min(case when status = 'returned' then scanned_at end) as first_returned_at,
        min(case when status = 'delivered' then scanned_at end) as first_delivered_scan_at,
        min(case when silent_hours > stalled_hours and is_moving then scanned_at end) as stalled_from,
        min_by(
            next_scanned_at,
            case when silent_hours > stalled_hours and is_moving then scanned_at end
        ) as stalled_until,
        min(case when silent_hours > scan_gap_hours and is_moving then scanned_at end) as quiet_from,
        min(case when silent_hours > lost_hours and is_moving then scanned_at end) as lost_from,
    from with_rules
    group by shipment_key

)

select * from final

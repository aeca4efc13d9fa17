{# a view: both readers want other columns, and writing a row per shipment costs more than joining it twice #}
{{ config(materialized='view') }}

with

shipments as (

    select * from {{ ref('int_shipments') }}

),

scans as (

    select * from {{ ref('int_shipment_scans') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

joined as (

    select
        shipments.*,
        coalesce(scans.count_scans, 0) as count_scans,
        scans.first_attempt_failed_at,
        scans.first_exception_at,
        scans.first_out_scan_at,
        scans.first_lost_scan_at,
        scans.first_returning_at,
        scans.first_returned_at,
        scans.last_scan_at,
        coalesce(shipments.label_at, scans.first_info_scan_at) as labelled_at,
        -- the first sign that the carrier has the parcel, from whichever record came first
        least(
            shipments.handover_at,
            scans.first_carrier_scan_at,
            shipments.first_attempt_at,
            shipments.delivered_at
        ) as moving_from,
        -- the shop's own milestones are the truth, scans fill the gaps
        coalesce(
            shipments.first_attempt_at, shipments.delivered_at, scans.first_attempt_scan_at
        ) as attempted_at,
        coalesce(shipments.delivered_at, scans.first_delivered_scan_at) as arrived_at,
        -- a parcel that was handed over and never scanned has been silent since the hand-over
        coalesce(
            scans.stalled_from,
            case when scans.last_carrier_scan_at is null then shipments.handover_at end
        ) as stalled_from,
        scans.stalled_until,
        coalesce(
            scans.quiet_from,
            case when scans.last_carrier_scan_at is null then shipments.handover_at end
        ) as quiet_from,
        coalesce(
            scans.lost_from,
            case when scans.last_carrier_scan_at is null then shipments.handover_at end
        ) as lost_from,
    from shipments
    left join scans
        on shipments.shipment_key = scans.shipment_key

),

ended as (

    select
        *,
        least(arrived_at, first_returned_at, first_lost_scan_at, cancelled_at) as ended_at,
        {{ add_hours('coalesce(last_scan_at, moving_from)', 'in_flight_max_days * 24') }} as given_up_at,
    from joined

),

-- a flight that nobody ended is given up, so that parcels without a last scan do not fill the denominator for ever
final as (

    select
        ended.*,
        case
            when ended.ended_at is not null then ended.ended_at
            when ended.given_up_at <= run_context.as_of then ended.given_up_at
        end as in_flight_until,
    from ended
    cross join run_context

)

select * from final

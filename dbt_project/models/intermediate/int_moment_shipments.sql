with

moments as (

    select * from {{ ref('int_contact_moments') }}
    where order_key is not null

),

shipments as (

    select * from {{ ref('int_shipments') }}

),

scans as (

    select * from {{ ref('stg_shipment_scans') }}

),

carrier_codes as (

    select * from {{ ref('int_carrier_codes') }}

),

pairs as (

    select
        moments.contact_key,
        moments.at_moment,
        shipments.shipment_key,
        shipments.shipment_id,
    from moments
    inner join shipments
        on moments.order_key = shipments.order_key

),

-- one pass over the scans: everything a later rule asks about the time before the moment
seen_before as (

    select
        pairs.contact_key,
        pairs.shipment_key,
        -- which parcel it is about follows from scans strictly before; what had happened by then, from all of these
        max(case when pairs.at_moment > scans.scanned_at then scans.scanned_at end) as last_scan_before_at,
        max(scans.scanned_at) as last_scan_at,
        max(case when scans.status <> 'info_received' then scans.scanned_at end) as last_carrier_scan_at,
        min(case when scans.status = 'info_received' then scans.scanned_at end) as info_received_at,
        max(case when scans.status = 'exception' then scans.scanned_at end) as last_exception_at,
        max(case when carrier_codes.is_external then scans.scanned_at end) as last_external_at,
        max(case when scans.status = 'in_transit' then 1 else 0 end) = 1 as has_in_transit,
        max(case when scans.status = 'out_for_delivery' then 1 else 0 end) = 1 as has_out_for_delivery,
        max(case when scans.status = 'attempt_failed' then 1 else 0 end) = 1 as has_attempt_failed,
        max(case when scans.status = 'available_for_pickup' then 1 else 0 end) = 1
            as has_available_for_pickup,
        max(case when scans.status = 'delivered' then 1 else 0 end) = 1 as has_delivered,
        max(case when scans.status = 'returning' then 1 else 0 end) = 1 as has_returning,
        max(case when scans.status = 'returned' then 1 else 0 end) = 1 as has_returned,
        max(case when scans.status = 'lost' or carrier_codes.is_lost then 1 else 0 end) = 1 as has_lost,
        max(case when carrier_codes.is_address then 1 else 0 end) = 1 as has_address_problem,
        max(case when carrier_codes.is_damaged then 1 else 0 end) = 1 as has_damage,
    from pairs
    inner join scans
        on
            pairs.shipment_key = scans.shipment_key
            and pairs.at_moment >= scans.scanned_at
    left join carrier_codes
        on scans.raw_code = carrier_codes.raw_code
    group by
        pairs.contact_key,
        pairs.shipment_key

),

ranked as (

    select
        pairs.contact_key,
        pairs.shipment_key,
        row_number() over (
            partition by pairs.contact_key
            order by seen_before.last_scan_before_at desc nulls last, pairs.shipment_id
        ) as shipment_rank,
    from pairs
    left join seen_before
        on
            pairs.contact_key = seen_before.contact_key
            and pairs.shipment_key = seen_before.shipment_key

),

final as (

    select
        ranked.contact_key,
        ranked.shipment_key,
        seen_before.* exclude (contact_key, shipment_key, last_scan_before_at),
    from ranked
    left join seen_before
        on
            ranked.contact_key = seen_before.contact_key
            and ranked.shipment_key = seen_before.shipment_key
    where ranked.shipment_rank = 1

)

select * from final

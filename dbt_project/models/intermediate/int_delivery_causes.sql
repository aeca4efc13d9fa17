with

exceptions as (

    select * from {{ ref('int_shipment_exceptions') }}
    where shipment_key is not null

),

named_scans as (

    select * from {{ ref('int_named_scans') }}

),

-- an attempt or exception whose code names a cause is that cause and not counted as unexplained beside it
from_exceptions as (

    select
        exceptions.shipment_key,
        exceptions.exception_type as cause,
        exceptions.opened_at as cause_at,
    from exceptions
    left join named_scans
        on exceptions.shipment_key = named_scans.shipment_key
    where
        exceptions.exception_type in ('lost', 'stalled', 'returning', 'no_first_scan', 'unshipped')
        or (
            exceptions.exception_type = 'attempt_failed'
            and named_scans.first_address_at is null
        )
        or (
            exceptions.exception_type = 'carrier_exception'
            and named_scans.first_address_at is null
            and named_scans.first_external_at is null
            and named_scans.first_damaged_at is null
        )

),

from_codes as (

    select
        named_scans.shipment_key,
        'address' as cause,
        named_scans.first_address_at as cause_at,
    from named_scans

    union all

    select
        named_scans.shipment_key,
        'customs_weather' as cause,
        named_scans.first_external_at as cause_at,
    from named_scans

    union all

    select
        named_scans.shipment_key,
        'damaged' as cause,
        named_scans.first_damaged_at as cause_at,
    from named_scans

),

final as (

    select * from from_exceptions

    union all

    select * from from_codes
    where cause_at is not null

)

select * from final

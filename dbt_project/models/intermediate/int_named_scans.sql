with

scans as (

    select * from {{ ref('stg_shipment_scans') }}
    where status in ('exception', 'attempt_failed', 'lost')

),

codes as (

    select * from {{ ref('int_carrier_codes') }}

),

-- the carrier's own code of what went wrong, by the cause that it names
final as (

    select
        scans.shipment_key,
        min(case when codes.is_address then scans.scanned_at end) as first_address_at,
        min(case when codes.is_external then scans.scanned_at end) as first_external_at,
        min(case when codes.is_damaged then scans.scanned_at end) as first_damaged_at,
    from scans
    inner join codes
        on scans.raw_code = codes.raw_code
    group by scans.shipment_key

)

select * from final

with

shipment_scans as (

    select * from {{ ref('stg_shipment_scans') }}

),

carrier_code_words as (

    select * from {{ ref('carrier_code_words') }}

),

raw_codes as (

    select distinct
        shipment_scans.raw_code,
        replace(replace(upper(shipment_scans.raw_code), ' ', '_'), '-', '_') as normal_code,
    from shipment_scans
    where
        shipment_scans.raw_code is not null
        and shipment_scans.status in ('exception', 'attempt_failed', 'lost')

),

-- matched once per distinct code: carriers have hundreds of codes and millions of scans
final as (

    select
        raw_codes.raw_code,
        max(case when carrier_code_words.cause = 'external' then 1 else 0 end) = 1 as is_external,
        max(case when carrier_code_words.cause = 'address' then 1 else 0 end) = 1 as is_address,
        max(case when carrier_code_words.cause = 'damaged' then 1 else 0 end) = 1 as is_damaged,
        max(case when carrier_code_words.cause = 'lost' then 1 else 0 end) = 1 as is_lost,
    from raw_codes
    inner join carrier_code_words
        on strpos(raw_codes.normal_code, carrier_code_words.word) > 0
    group by raw_codes.raw_code

)

select * from final

with

shipments as (

    select * from {{ ref('fct_shipments') }}

),

seen as (

    select
        shipments.carrier,
        count(*) as count_shipments,
        min(shipments.in_flight_from) as first_shipment_at,
        max(shipments.in_flight_from) as last_shipment_at,
    from shipments
    group by shipments.carrier

),

unknown_member as (

    select
        'unknown' as carrier,
        0 as count_shipments,
        null::timestamptz as first_shipment_at,
        null::timestamptz as last_shipment_at,
    where 'unknown' not in (select seen.carrier from seen)

),

unioned as (

    select * from seen
    union all
    select * from unknown_member

)

select
    carrier,
    count_shipments,
    first_shipment_at,
    last_shipment_at,
from unioned

with

run_context as (

    select * from {{ ref('stg_run_context') }}

),

shipments as (

    select * from {{ ref('fct_shipments') }}
    where is_promise_due

),

seed_causes as (

    select * from {{ ref('delivery_causes') }}

),

denominators as (

    select
        promise_week_start_date as week_start_date,
        coalesce(carrier, '(all)') as carrier,
        coalesce(region, '(all)') as region,
        count(*) as count_shipments,
    from shipments
    group by
        grouping sets (
            (promise_week_start_date),
            (promise_week_start_date, carrier),
            (promise_week_start_date, region),
            (promise_week_start_date, carrier, region)
        )

),

numerators as (

    select
        shipments.promise_week_start_date as week_start_date,
        coalesce(shipments.carrier, '(all)') as carrier,
        coalesce(shipments.region, '(all)') as region,
        causes.cause,
        count(*) as count_with_cause,
    from shipments
    inner join {{ ref('int_delivery_causes') }} as causes
        on shipments.shipment_key = causes.shipment_key
    group by
        grouping sets (
            (shipments.promise_week_start_date, causes.cause),
            (shipments.promise_week_start_date, causes.cause, shipments.carrier),
            (shipments.promise_week_start_date, causes.cause, shipments.region),
            (shipments.promise_week_start_date, causes.cause, shipments.carrier, shipments.region)
        )

),

joined as (

    select
        numerators.week_start_date,
        numerators.carrier,
        numerators.region,
        numerators.cause,
        seed_causes.reason_code,
        seed_causes.attributed_to,
        numerators.count_with_cause,
        denominators.count_shipments,
        denominators.count_shipments >= 30 as is_rankable,
    from numerators
    inner join denominators
        on
            numerators.week_start_date = denominators.week_start_date
            and numerators.carrier = denominators.carrier
            and numerators.region = denominators.region
    inner join seed_causes
        on numerators.cause = seed_causes.cause

)

select
    joined.week_start_date,
    joined.carrier,
    joined.region,
    joined.cause,
    joined.reason_code,
    joined.attributed_to,
    joined.count_with_cause,
    joined.count_shipments,
    1000 * joined.count_with_cause / joined.count_shipments as per_1000_shipments,
    1000 * {{ wilson_low('joined.count_with_cause', 'joined.count_shipments') }} as ci_low,
    1000 * {{ wilson_high('joined.count_with_cause', 'joined.count_shipments') }} as ci_high,
    joined.is_rankable,
    -- places are given only among cells that are large enough
    case
        when joined.is_rankable
            then rank() over (
                partition by joined.week_start_date, joined.carrier, joined.region, joined.is_rankable
                order by joined.count_with_cause desc
            )
    end as place_among_causes,
    -- a parcel that is silent since its promise counts as lost ten days later
    case
        when {{ add_hours(week_end_at('joined.week_start_date'), 240) }} <= run_context.as_of then 'final'
        else 'provisional'
    end as maturity,
from joined
cross join run_context

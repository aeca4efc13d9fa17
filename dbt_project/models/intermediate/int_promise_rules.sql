with

promise_rules as (

    select * from {{ ref('promise_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

tiers as (

    select distinct coalesce(customers.tier, 'unknown') as tier
    from {{ ref('stg_customers') }} as customers

    union

    select 'unknown' as tier

),

services as (

    select distinct coalesce(shipments.service, 'unknown') as service
    from {{ ref('stg_shipments') }} as shipments

    union

    select distinct coalesce(orders.service_level, 'unknown') as service
    from {{ ref('stg_orders') }} as orders

    union

    select 'unknown' as service

),

boundaries as (

    select timestamptz '1970-01-01 00:00:00+00' as valid_from

    union

    select promise_rules.valid_from from promise_rules

    union

    select promise_rules.valid_to as valid_from from promise_rules
    where promise_rules.valid_to is not null

),

spans as (

    select
        boundaries.valid_from,
        lead(boundaries.valid_from) over (order by boundaries.valid_from) as valid_to,
    from boundaries

),

-- a pair without any tier and service of its own stands first: whoever has no shipment is judged by it
pairs as (

    select
        tiers.tier,
        services.service,
        row_number() over (
            order by
                case when tiers.tier = 'unknown' and services.service = 'unknown' then 0 else 1 end,
                tiers.tier,
                services.service
        ) as rule_key,
    from tiers
    cross join services

),

-- tiers, services, spans and rules are a handful each
ranked as (

    select
        pairs.rule_key,
        spans.valid_from,
        promise_rules.version as threshold_version,
        promise_rules.unshipped_hours,
        promise_rules.no_first_scan_hours,
        promise_rules.scan_gap_hours,
        promise_rules.stalled_hours,
        promise_rules.lost_hours,
        promise_rules.promise_risk_hours,
        promise_rules.transit_hours,
        promise_rules.in_flight_max_days,
        row_number() over (
            partition by pairs.rule_key, spans.valid_from
            order by
                case when promise_rules.tier = pairs.tier then 1 else 0 end
                + case when promise_rules.service = pairs.service then 1 else 0 end desc,
                case when promise_rules.tier = pairs.tier then 0 else 1 end,
                promise_rules.valid_from desc
        ) as rule_rank,
    from pairs
    cross join spans
    inner join promise_rules
        on
            promise_rules.tier in (pairs.tier, 'any')
            and promise_rules.service in (pairs.service, 'any')
            and spans.valid_from >= promise_rules.valid_from
            and (promise_rules.valid_to is null or spans.valid_from < promise_rules.valid_to)

),

-- the spans of a pair leave no gap, so that an inner join by key and instant loses nothing
final as (

    select
        pairs.tier,
        pairs.service,
        pairs.rule_key,
        spans.valid_from,
        spans.valid_to,
        spans.valid_from <= run_context.as_of
        and (spans.valid_to is null or spans.valid_to > run_context.as_of) as is_in_force,
        ranked.threshold_version,
        ranked.unshipped_hours,
        ranked.no_first_scan_hours,
        ranked.scan_gap_hours,
        ranked.stalled_hours,
        ranked.lost_hours,
        ranked.promise_risk_hours,
        ranked.transit_hours,
        ranked.in_flight_max_days,
    from pairs
    cross join spans
    cross join run_context
    left join ranked
        on
            pairs.rule_key = ranked.rule_key
            and spans.valid_from = ranked.valid_from
            and ranked.rule_rank = 1

)

select * from final

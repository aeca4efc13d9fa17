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

-- tiers and services are a handful each, and so are the rules
ranked as (

    select
        tiers.tier,
        services.service,
        promise_rules.unshipped_hours,
        promise_rules.no_first_scan_hours,
        promise_rules.scan_gap_hours,
        promise_rules.stalled_hours,
        promise_rules.lost_hours,
        promise_rules.in_flight_max_days,
        row_number() over (
            partition by tiers.tier, services.service
            order by
                case when promise_rules.tier = tiers.tier then 1 else 0 end
                + case when promise_rules.service = services.service then 1 else 0 end desc,
                case when promise_rules.tier = tiers.tier then 0 else 1 end,
                promise_rules.valid_from desc
        ) as rule_rank,
    from tiers
    cross join services
    cross join run_context
    inner join promise_rules
        on
            promise_rules.tier in (tiers.tier, 'any')
            and promise_rules.service in (services.service, 'any')
            and run_context.as_of >= promise_rules.valid_from
            and (promise_rules.valid_to is null or run_context.as_of < promise_rules.valid_to)

),

final as (

    select
        ranked.tier,
        ranked.service,
        ranked.unshipped_hours,
        ranked.no_first_scan_hours,
        ranked.scan_gap_hours,
        ranked.stalled_hours,
        ranked.lost_hours,
        ranked.in_flight_max_days,
    from ranked
    where ranked.rule_rank = 1

)

select * from final

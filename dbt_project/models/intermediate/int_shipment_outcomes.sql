with

flights as (

    select * from {{ ref('int_shipment_flights') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

named_scans as (

    select * from {{ ref('int_named_scans') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

causes as (

    select
        delivery_causes.shipment_key,
        count(*) as count_causes,
        min(delivery_causes.cause_at) as first_cause_at,
    from {{ ref('int_delivery_causes') }} as delivery_causes
    group by delivery_causes.shipment_key

),

-- what the rules flagged for the parcel itself, and for its order as a whole
rule_flags as (

    select
        order_flags.shipment_key,
        min(order_flags.flagged_at) as flagged_at,
    from {{ ref('int_order_flags') }} as order_flags
    where order_flags.shipment_key is not null
    group by order_flags.shipment_key

),

rule_flags_of_orders as (

    select
        order_flags.order_key,
        min(order_flags.flagged_at) as flagged_at,
    from {{ ref('int_order_flags') }} as order_flags
    where order_flags.shipment_key is null
    group by order_flags.order_key

),

-- the same for what the exception workflow detected
cases as (

    select
        exception_cases.shipment_key,
        min(exception_cases.detected_at) as detected_at,
    from {{ ref('int_exception_cases') }} as exception_cases
    where exception_cases.shipment_key is not null
    group by exception_cases.shipment_key

),

cases_of_orders as (

    select
        exception_cases.order_key,
        min(exception_cases.detected_at) as detected_at,
    from {{ ref('int_exception_cases') }} as exception_cases
    where exception_cases.shipment_key is null
    group by exception_cases.order_key

),

transit_rules as (

    select
        flights.shipment_key,
        promise_rules.transit_hours,
    from flights
    inner join {{ ref('int_promise_rules') }} as promise_rules
        on flights.rule_key = promise_rules.rule_key
    where
        flights.moving_from >= promise_rules.valid_from
        and (promise_rules.valid_to is null or flights.moving_from < promise_rules.valid_to)
        and promise_rules.transit_hours is not null

),

joined as (

    select
        flights.shipment_key,
        flights.promise_original_at,
        flights.attempted_at,
        flights.moving_from,
        orders.ship_by_at,
        flights.promise_original_at <= run_context.as_of as is_due,
        flights.promise_original_at <= run_context.as_of
        and not coalesce(flights.attempted_at <= flights.promise_original_at, false) as is_late,
        least(flights.first_attempt_failed_at, flights.first_returning_at, flights.first_lost_scan_at) as failed_at,
        coalesce(flights.attempted_at, run_context.as_of) as seen_until,
        -- without a time of the service, the carrier has what the promise leaves after the ship-by time
        coalesce(
            transit_rules.transit_hours,
            {{ hours_between('orders.ship_by_at', 'flights.promise_original_at') }}
        ) as transit_hours,
        least(named_scans.first_address_at, named_scans.first_external_at) as first_other_at,
        coalesce(causes.count_causes, 0) as count_causes,
        causes.first_cause_at,
        least(rule_flags.flagged_at, rule_flags_of_orders.flagged_at) as rule_flagged_at,
        least(cases.detected_at, cases_of_orders.detected_at) as case_detected_at,
    from flights
    cross join run_context
    left join orders
        on flights.order_key = orders.order_key
    left join named_scans
        on flights.shipment_key = named_scans.shipment_key
    left join causes
        on flights.shipment_key = causes.shipment_key
    left join transit_rules
        on flights.shipment_key = transit_rules.shipment_key
    left join rule_flags
        on flights.shipment_key = rule_flags.shipment_key
    left join rule_flags_of_orders
        on flights.order_key = rule_flags_of_orders.order_key
    left join cases
        on flights.shipment_key = cases.shipment_key
    left join cases_of_orders
        on flights.order_key = cases_of_orders.order_key

),

-- the first milestone that was missed is whose lateness it is
final as (

    select
        shipment_key,
        ship_by_at,
        transit_hours,
        failed_at,
        coalesce(is_late, false) or failed_at is not null as is_late_or_failed,
        case
            when not coalesce(is_late, false) then null
            when ship_by_at < coalesce(moving_from, seen_until) then 'warehouse'
            when first_other_at < seen_until then 'other'
            when {{ hours_between('moving_from', 'seen_until') }} > transit_hours then 'carrier'
            else 'unattributed'
        end as late_attributed_to,
        count_causes,
        first_cause_at,
        rule_flagged_at,
        coalesce(rule_flagged_at < promise_original_at, false) as is_rule_flagged_before_breach,
        case_detected_at,
        coalesce(case_detected_at < promise_original_at, false) as is_detected_before_breach,
    from joined

)

select * from final

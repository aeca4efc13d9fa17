with

flights as (

    select * from {{ ref('int_shipment_flights') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

promise_rules as (

    select * from {{ ref('int_promise_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- what is wrong by the exceptions' own rules
from_exceptions as (

    select
        exceptions.shipment_key,
        exceptions.order_key,
        exceptions.exception_type,
        exceptions.detected_by,
        exceptions.opened_at as flagged_at,
        exceptions.closed_at as cleared_at,
        exceptions.threshold_version,
    from {{ ref('int_shipment_exceptions') }} as exceptions

),

-- the limits of a promise are those in force at the promise itself
risk_times as (

    select
        flights.shipment_key,
        flights.order_key,
        {{ add_hours('flights.promise_original_at', '-promise_rules.promise_risk_hours') }} as flagged_at,
        least(flights.attempted_at, flights.first_out_scan_at, flights.first_returned_at) as cleared_at,
        promise_rules.threshold_version,
    from flights
    inner join promise_rules
        on flights.rule_key = promise_rules.rule_key
    where
        flights.promise_original_at >= promise_rules.valid_from
        and (promise_rules.valid_to is null or flights.promise_original_at < promise_rules.valid_to)

),

promise_at_risk as (

    select
        shipment_key,
        order_key,
        'promise_at_risk' as exception_type,
        'rule' as detected_by,
        flagged_at,
        cleared_at,
        threshold_version,
    from risk_times

),

quiet as (

    select
        flights.shipment_key,
        flights.order_key,
        'quiet' as exception_type,
        'rule' as detected_by,
        {{ add_hours('flights.quiet_from', 'promise_rules.scan_gap_hours') }} as flagged_at,
        least(flights.arrived_at, flights.first_returned_at) as cleared_at,
        promise_rules.threshold_version,
    from flights
    inner join promise_rules
        on flights.rule_key = promise_rules.rule_key
    where
        flights.quiet_from >= promise_rules.valid_from
        and (promise_rules.valid_to is null or flights.quiet_from < promise_rules.valid_to)

),

inventory as (

    select
        null::bigint as shipment_key,
        inventory_events.order_key,
        inventory_events.kind as exception_type,
        'event' as detected_by,
        min(inventory_events.event_at) as flagged_at,
        null::timestamptz as cleared_at,
        null::integer as threshold_version,
    from {{ ref('stg_inventory_events') }} as inventory_events
    -- an event of an order that the shop does not know flags nothing
    inner join orders
        on inventory_events.order_key = orders.order_key
    where inventory_events.kind in ('short_pick', 'backorder')
    group by
        inventory_events.order_key,
        inventory_events.kind

),

addresses as (

    select
        flights.shipment_key,
        flights.order_key,
        'address' as exception_type,
        'scan' as detected_by,
        named_scans.first_address_at as flagged_at,
        flights.arrived_at as cleared_at,
        null::integer as threshold_version,
    from {{ ref('int_named_scans') }} as named_scans
    inner join flights
        on named_scans.shipment_key = flights.shipment_key
    where named_scans.first_address_at is not null

),

all_flags as (

    select * from from_exceptions
    union all
    select * from promise_at_risk
    union all
    select * from quiet
    union all
    select * from inventory
    union all
    select * from addresses

),

-- nothing is flagged that was over before, or whose order was cancelled before
final as (

    select
        all_flags.shipment_key,
        all_flags.order_key,
        all_flags.exception_type,
        all_flags.detected_by,
        all_flags.flagged_at,
        case when all_flags.cleared_at <= run_context.as_of then all_flags.cleared_at end as cleared_at,
        all_flags.threshold_version,
    from all_flags
    left join orders
        on all_flags.order_key = orders.order_key
    cross join run_context
    where
        all_flags.flagged_at <= run_context.as_of
        and coalesce(least(all_flags.cleared_at, orders.cancelled_at) > all_flags.flagged_at, true)

)

select * from final

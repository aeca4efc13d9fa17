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

attempt_failed as (

    select
        flights.shipment_key,
        flights.order_key,
        'attempt_failed' as exception_type,
        'scan' as detected_by,
        flights.first_attempt_failed_at as opened_at,
        least(flights.arrived_at, flights.first_returning_at) as closed_at,
        null::integer as threshold_version,
    from flights

),

carrier_exception as (

    select
        flights.shipment_key,
        flights.order_key,
        'carrier_exception' as exception_type,
        'scan' as detected_by,
        flights.first_exception_at as opened_at,
        least(flights.arrived_at, flights.first_returned_at) as closed_at,
        null::integer as threshold_version,
    from flights

),

-- limits in force when the clock began to run
silent_as_lost as (

    select
        flights.shipment_key,
        {{ add_hours('flights.lost_from', 'promise_rules.lost_hours') }} as lost_at,
        promise_rules.threshold_version,
    from flights
    inner join promise_rules
        on flights.rule_key = promise_rules.rule_key
    where
        flights.lost_from >= promise_rules.valid_from
        and (promise_rules.valid_to is null or flights.lost_from < promise_rules.valid_to)

),

lost as (

    select
        flights.shipment_key,
        flights.order_key,
        'lost' as exception_type,
        case
            when silent_as_lost.lost_at is null or flights.first_lost_scan_at <= silent_as_lost.lost_at then 'scan'
            else 'rule'
        end as detected_by,
        least(flights.first_lost_scan_at, silent_as_lost.lost_at) as opened_at,
        least(flights.arrived_at, flights.first_returned_at) as closed_at,
        case
            when flights.first_lost_scan_at is null or flights.first_lost_scan_at > silent_as_lost.lost_at
                then silent_as_lost.threshold_version
        end as threshold_version,
    from flights
    left join silent_as_lost
        on flights.shipment_key = silent_as_lost.shipment_key

),

going_back as (

    select
        flights.shipment_key,
        flights.order_key,
        'returning' as exception_type,
        'scan' as detected_by,
        flights.first_returning_at as opened_at,
        flights.first_returned_at as closed_at,
        null::integer as threshold_version,
    from flights

),

past_promise as (

    select
        flights.shipment_key,
        flights.order_key,
        'past_promise' as exception_type,
        'rule' as detected_by,
        flights.promise_original_at as opened_at,
        least(flights.attempted_at, flights.first_returned_at) as closed_at,
        null::integer as threshold_version,
    from flights

),

stalled as (

    select
        flights.shipment_key,
        flights.order_key,
        'stalled' as exception_type,
        'rule' as detected_by,
        {{ add_hours('flights.stalled_from', 'promise_rules.stalled_hours') }} as opened_at,
        least(
            flights.stalled_until,
            flights.arrived_at,
            flights.first_returned_at
        ) as closed_at,
        promise_rules.threshold_version,
    from flights
    inner join promise_rules
        on flights.rule_key = promise_rules.rule_key
    where
        flights.stalled_from >= promise_rules.valid_from
        and (promise_rules.valid_to is null or flights.stalled_from < promise_rules.valid_to)

),

no_first_scan as (

    select
        flights.shipment_key,
        flights.order_key,
        'no_first_scan' as exception_type,
        'rule' as detected_by,
        {{ add_hours('flights.labelled_at', 'promise_rules.no_first_scan_hours') }} as opened_at,
        flights.moving_from as closed_at,
        promise_rules.threshold_version,
    from flights
    inner join promise_rules
        on flights.rule_key = promise_rules.rule_key
    where
        flights.labelled_at >= promise_rules.valid_from
        and (promise_rules.valid_to is null or flights.labelled_at < promise_rules.valid_to)

),

-- an order can be unshipped before it has any shipment, so this type starts from orders
unshipped as (

    select
        flights.shipment_key,
        orders.order_key,
        'unshipped' as exception_type,
        'rule' as detected_by,
        orders.ship_by_at as opened_at,
        least(flights.labelled_at, flights.moving_from) as closed_at,
        orders.ship_by_version as threshold_version,
    from orders
    left join flights
        on
            orders.order_key = flights.order_key
            and orders.first_shipment_id = flights.shipment_id
    where
        not orders.has_cancelled_value
        and (
            not orders.has_left_value
            or flights.shipment_key is not null
        )

),

all_types as (

    select * from attempt_failed
    union all
    select * from carrier_exception
    union all
    select * from lost
    union all
    select * from going_back
    union all
    select * from past_promise
    union all
    select * from stalled
    union all
    select * from no_first_scan
    union all
    select * from unshipped

),

-- what was over before it could open never was an exception; a cancelled order has nothing left to go wrong
final as (

    select
        all_types.shipment_key,
        all_types.order_key,
        all_types.exception_type,
        all_types.detected_by,
        all_types.opened_at,
        case
            when least(all_types.closed_at, orders.cancelled_at) <= run_context.as_of
                then least(all_types.closed_at, orders.cancelled_at)
        end as closed_at,
        all_types.threshold_version,
    from all_types
    left join orders
        on all_types.order_key = orders.order_key
    cross join run_context
    where
        all_types.opened_at <= run_context.as_of
        and coalesce(least(all_types.closed_at, orders.cancelled_at) > all_types.opened_at, true)

)

select * from final

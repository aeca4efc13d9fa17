with

flights as (

    select * from {{ ref('int_shipment_flights') }}

),

outcomes as (

    select * from {{ ref('int_shipment_outcomes') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    flights.shipment_id,
    flights.order_id,
    flights.segment,
    coalesce(flights.carrier, 'unknown') as carrier,
    coalesce(flights.shipment_region, 'unknown') as region,
    coalesce(flights.shipment_warehouse_id, 'unknown') as warehouse,
    coalesce(flights.product_category, 'unknown') as product_category,
    flights.tier,
    coalesce(flights.service, 'unknown') as service,
    coalesce(flights.zone, 'unknown') as zone,
    flights.labelled_at,
    flights.handover_at,
    flights.promise_original_at,
    {{ week_start('flights.promise_original_at') }} as promise_week_start_date,
    flights.promise_current_at,
    flights.attempted_at,
    flights.arrived_at,
    flights.moving_from as in_flight_from,
    flights.in_flight_until,
    flights.count_scans,
    coalesce(flights.promise_original_at <= run_context.as_of, false) as is_promise_due,
    case
        when flights.promise_original_at <= run_context.as_of
            then coalesce(flights.attempted_at <= flights.promise_original_at, false)
    end as is_on_time,
    {{ hours_between('flights.promise_original_at', 'flights.attempted_at') }} as hours_after_promise,
    outcomes.ship_by_at,
    outcomes.transit_hours,
    outcomes.failed_at,
    outcomes.is_late_or_failed,
    outcomes.late_attributed_to,
    outcomes.count_causes as count_delivery_causes,
    outcomes.rule_flagged_at,
    outcomes.is_rule_flagged_before_breach,
    outcomes.case_detected_at,
    outcomes.is_detected_before_breach,
    flights.shipment_key,
    flights.order_key,
    {{ launch_phase_at('flights.promise_original_at') | indent(4) }} as phase,
from flights
inner join outcomes
    on flights.shipment_key = outcomes.shipment_key
cross join run_context
{{ launch_scope_joins("'order_exception'", no_source(), 'flights.segment') }}

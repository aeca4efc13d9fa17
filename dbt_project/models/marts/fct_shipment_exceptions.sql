with

exceptions as (

    select * from {{ ref('int_shipment_exceptions') }}

),

shipments as (

    select * from {{ ref('int_shipments') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

exception_rules as (

    select * from {{ ref('exception_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    coalesce(shipments.shipment_id, 'order:' || orders.order_id) || ':' || exceptions.exception_type as exception_id,
    shipments.shipment_id,
    coalesce(shipments.order_id, orders.order_id) as order_id,
    exceptions.exception_type,
    exceptions.detected_by,
    exception_rules.rule_id,
    exception_rules.rule_version,
    exceptions.threshold_version,
    exceptions.opened_at,
    {{ week_start('exceptions.opened_at') }} as opened_week_start_date,
    exceptions.closed_at,
    coalesce(shipments.segment, orders.segment, 'unknown') as segment,
    coalesce(shipments.carrier, 'unknown') as carrier,
    coalesce(shipments.shipment_region, orders.order_region, 'unknown') as region,
    coalesce(shipments.shipment_warehouse_id, orders.warehouse_id, 'unknown') as warehouse,
    coalesce(shipments.product_category, orders.product_category, 'unknown') as product_category,
    exceptions.shipment_key,
    exceptions.order_key,
    {{ launch_phase_at('exceptions.opened_at') | indent(4) }} as phase,
from exceptions
inner join exception_rules
    on
        exceptions.exception_type = exception_rules.exception_type
        and exceptions.detected_by = exception_rules.detected_by
left join shipments
    on exceptions.shipment_key = shipments.shipment_key
left join orders
    on exceptions.order_key = orders.order_key
cross join run_context
{{ launch_scope_joins(
    "'order_exception'", no_source(), "coalesce(shipments.segment, orders.segment, 'unknown')"
) }}
where
    exceptions.opened_at >= exception_rules.valid_from
    and (exception_rules.valid_to is null or exceptions.opened_at < exception_rules.valid_to)

with

flags as (

    select * from {{ ref('int_order_flags') }}

),

exception_rules as (

    select * from {{ ref('exception_rules') }}

),

shipments as (

    select * from {{ ref('int_shipments') }}

),

outcomes as (

    select * from {{ ref('int_shipment_outcomes') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

first_contacts as (

    select * from {{ ref('int_order_first_contacts') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- a flag of an order without a parcel of its own is judged by the order's first parcel
placed as (

    select
        flags.*,
        coalesce(flags.shipment_key, first_shipments.shipment_key) as judged_shipment_key,
    from flags
    left join orders
        on flags.order_key = orders.order_key
    left join shipments as first_shipments
        on
            flags.order_key = first_shipments.order_key
            and orders.first_shipment_id = first_shipments.shipment_id

),

joined as (

    select
        placed.*,
        exception_rules.rule_id,
        exception_rules.rule_version,
        exception_rules.family,
        exception_rules.system,
        exception_rules.signal,
        shipments.shipment_id,
        coalesce(orders.order_id, shipments.order_id) as order_id,
        coalesce(shipments.promise_original_at, orders.promised_delivery_at) as promise_at,
        coalesce(shipments.segment, orders.segment, 'unknown') as segment,
        coalesce(shipments.tier, orders.tier, 'unknown') as tier,
        coalesce(shipments.carrier, 'unknown') as carrier,
        coalesce(shipments.shipment_region, orders.order_region, 'unknown') as region,
        coalesce(shipments.shipment_warehouse_id, orders.warehouse_id, 'unknown') as warehouse,
        coalesce(shipments.product_category, orders.product_category, 'unknown') as product_category,
        -- an order that never became a parcel is late when its promise has passed
        case
            when outcomes.shipment_key is not null then outcomes.is_late_or_failed
            else coalesce(orders.promised_delivery_at <= run_context.as_of and orders.cancelled_at is null, false)
        end as is_late_or_failed,
        first_contacts.first_contact_at,
    from placed
    inner join exception_rules
        on
            placed.exception_type = exception_rules.exception_type
            and placed.detected_by = exception_rules.detected_by
    left join shipments
        on placed.judged_shipment_key = shipments.shipment_key
    left join outcomes
        on placed.judged_shipment_key = outcomes.shipment_key
    left join orders
        on placed.order_key = orders.order_key
    left join first_contacts
        on placed.order_key = first_contacts.order_key
    cross join run_context
    where
        placed.flagged_at >= exception_rules.valid_from
        and (exception_rules.valid_to is null or placed.flagged_at < exception_rules.valid_to)

)

select
    coalesce(joined.shipment_id, 'order:' || joined.order_id) || ':' || joined.rule_id as flag_id,
    joined.order_id,
    joined.shipment_id,
    joined.rule_id,
    joined.rule_version,
    joined.threshold_version,
    joined.exception_type,
    joined.family,
    joined.signal,
    joined.flagged_at,
    {{ week_start('joined.flagged_at') }} as week_start_date,
    joined.cleared_at,
    joined.system as source,
    joined.segment,
    joined.carrier,
    joined.region,
    joined.warehouse,
    joined.product_category,
    {{ launch_phase_at('joined.flagged_at') | indent(4) }} as phase,
    joined.tier,
    joined.promise_at,
    {{ hours_between('joined.flagged_at', 'joined.promise_at') }} as lead_hours,
    case when joined.promise_at is not null then joined.flagged_at < joined.promise_at end as is_before_breach,
    joined.first_contact_at,
    coalesce(joined.first_contact_at >= joined.flagged_at, true) as is_before_contact,
    -- known for all flags of one promise at the same time: judging failures sooner would make young flags look right
    coalesce(joined.promise_at <= run_context.as_of, false) as is_matured,
    joined.is_late_or_failed as is_true,
    joined.order_key,
    joined.shipment_key,
from joined
cross join run_context
{{ launch_scope_joins("'order_exception'", no_source(), 'joined.segment') }}

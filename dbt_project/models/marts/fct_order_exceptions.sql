with

cases as (

    select * from {{ ref('int_exception_cases') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

source_orders as (

    select * from {{ ref('stg_orders') }}

),

shipments as (

    select * from {{ ref('int_shipments') }}

),

outcomes as (

    select * from {{ ref('int_shipment_outcomes') }}

),

first_contacts as (

    select * from {{ ref('int_order_first_contacts') }}

),

contacts as (

    select * from {{ ref('int_exception_contacts') }}

),

owners as (

    select * from {{ ref('stg_owners') }}

),

rules as (

    select * from {{ ref('exception_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

stages as (

    select
        cases.exception_id,
        order_states.delivery_stage,
    from cases
    inner join {{ ref('fct_order_states') }} as order_states
        on cases.order_key = order_states.order_key
    where
        cases.opened_at >= order_states.valid_from
        and (order_states.valid_to is null or cases.opened_at < order_states.valid_to)

),

-- the workflow's rule in the version that was in force when it fired
versions as (

    select
        cases.exception_id,
        rules.rule_version,
        rules.family,
        rules.system,
    from cases
    inner join rules
        on cases.rule_id = rules.rule_id
    where
        cases.opened_at >= rules.valid_from
        and (rules.valid_to is null or cases.opened_at < rules.valid_to)

),

-- an exception without a parcel of its own is judged by the order's first parcel
joined as (

    select
        cases.*,
        shipments.shipment_id,
        versions.rule_version,
        coalesce(versions.family, 'unknown') as family,
        coalesce(versions.system, 'unknown') as source,
        coalesce(shipments.segment, orders.segment, 'unknown') as segment,
        case when cases.owner_id is not null then coalesce(owners.team, 'unknown') else 'unknown' end as owner,
        coalesce(shipments.carrier, 'unknown') as carrier,
        coalesce(shipments.shipment_region, orders.order_region, 'unknown') as region,
        coalesce(shipments.shipment_warehouse_id, orders.warehouse_id, 'unknown') as warehouse,
        coalesce(shipments.product_category, orders.product_category, 'unknown') as product_category,
        coalesce(stages.delivery_stage, 'unknown') as delivery_stage,
        coalesce(shipments.tier, orders.tier, 'unknown') as tier,
        coalesce(shipments.service, source_orders.service_level, 'unknown') as service,
        source_orders.customer_id,
        coalesce(shipments.promise_original_at, orders.promised_delivery_at) as promise_at,
        case
            when outcomes.shipment_key is not null then outcomes.is_late_or_failed
            else coalesce(orders.promised_delivery_at <= run_context.as_of and orders.cancelled_at is null, false)
        end as is_late_or_failed,
        first_contacts.first_contact_at,
        contacts.notice_at,
        contacts.has_notice_by_landmark,
        contacts.has_contact_by_landmark,
        contacts.has_contact_after_landmark,
        run_context.as_of,
        {{ week_start('cases.opened_at') }} as week_start_date,
        {{ launch_phase_at('cases.opened_at') | indent(8) }} as phase,
    from cases
    cross join run_context
    left join orders
        on cases.order_key = orders.order_key
    left join source_orders
        on cases.order_key = source_orders.order_key
    left join shipments as first_shipments
        on
            cases.order_key = first_shipments.order_key
            and orders.first_shipment_id = first_shipments.shipment_id
    left join shipments
        on coalesce(cases.shipment_key, first_shipments.shipment_key) = shipments.shipment_key
    left join outcomes
        on shipments.shipment_key = outcomes.shipment_key
    left join first_contacts
        on cases.order_key = first_contacts.order_key
    left join contacts
        on cases.exception_id = contacts.exception_id
    left join owners
        on cases.owner_id = owners.owner_id
    left join stages
        on cases.exception_id = stages.exception_id
    left join versions
        on cases.exception_id = versions.exception_id
    {{ launch_scope_joins(
        "'order_exception'", no_source(), "coalesce(shipments.segment, orders.segment, 'unknown')"
    ) | indent(4) }}

)

select
    exception_id,
    order_id,
    shipment_id,
    customer_id,
    exception_type,
    family,
    rule_id,
    rule_version,
    opened_at,
    week_start_date,
    source,
    segment,
    owner,
    case
        when closed_at is null then 'open'
        when human_touched_at is not null then 'closed_with_human'
        else 'closed_without_human'
    end as outcome,
    carrier,
    region,
    warehouse,
    product_category,
    delivery_stage,
    phase,
    tier,
    service,
    detected_at,
    packet_complete_at,
    action_at,
    written_back_at,
    investigated_at,
    closed_at,
    completed_at,
    action_type,
    owner_id,
    cast(count_actions as bigint) as count_actions,
    cast(count_investigations as bigint) as count_investigations,
    completed_at is not null as is_completed_unit,
    coalesce({{ hours_between('opened_at', 'completed_at') }} <= 168, false) as is_completed_within_168h,
    {{ hours_between('opened_at', 'completed_at') }} as hours_to_complete,
    {{ minutes_between('opened_at', 'packet_complete_at') }} as minutes_to_packet,
    {{ minutes_between('opened_at', 'action_at') }} as minutes_to_action,
    {{ minutes_between('opened_at', 'written_back_at') }} as minutes_to_write_back,
    human_touched_at is not null as is_human_touched,
    coalesce({{ hours_between('opened_at', 'human_touched_at') }} <= 168, false) as is_human_touched_within_168h,
    {{ hours_between('opened_at', 'human_touched_at') }} as hours_to_human,
    review_minutes,
    least(168.0, {{ hours_between('opened_at', 'as_of') }}) as followup_hours,
    {{ minutes_between('opened_at', 'as_of') }} as followup_minutes,
    promise_at,
    {{ hours_between('detected_at', 'promise_at') }} as lead_hours,
    case when promise_at is not null and detected_at is not null then detected_at < promise_at end as is_before_breach,
    first_contact_at,
    case when detected_at is not null then coalesce(first_contact_at >= detected_at, true) end as is_before_contact,
    coalesce(promise_at <= as_of, false) as is_matured,
    is_late_or_failed as is_true,
    not is_late_or_failed and count_actions = 0 as is_noise,
    escalated_at,
    case when escalated_at is not null and promise_at is not null then escalated_at < promise_at end
        as is_escalated_before_breach,
    notice_at,
    has_notice_by_landmark,
    -- whoever had already called by then tells nothing about what a notice does
    not has_contact_by_landmark as is_followed_from_landmark,
    has_contact_after_landmark,
    order_key,
from joined

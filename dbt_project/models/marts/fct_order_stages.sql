with

orders as (

    select * from {{ ref('fct_orders') }}

),

shipments as (

    select * from {{ ref('int_shipments') }}

),

stages as (

    select * from {{ ref('delivery_stages') }}

),

contacts as (

    select
        contacts.order_key,
        contacts.started_at,
    from {{ ref('int_contacts') }} as contacts
    where
        contacts.is_contact
        and contacts.order_key is not null

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- what says that a stage was reached; of several parcels the first one that did
reached as (

    select
        orders.order_key,
        'placed' as delivery_stage,
        orders.placed_at as reached_at,
    from orders

    union all

    select
        orders.order_key,
        'cancelled' as delivery_stage,
        orders.cancelled_at as reached_at,
    from orders

    union all

    select
        shipments.order_key,
        'label_created' as delivery_stage,
        shipments.label_at as reached_at,
    from shipments

    union all

    select
        shipments.order_key,
        'handed_over' as delivery_stage,
        shipments.handover_at as reached_at,
    from shipments

    union all

    select
        shipments.order_key,
        'delivered' as delivery_stage,
        shipments.delivered_at as reached_at,
    from shipments

    union all

    select
        shipments.order_key,
        case when scans.status = 'info_received' then 'label_created' else scans.status end as delivery_stage,
        scans.scanned_at as reached_at,
    from {{ ref('stg_shipment_scans') }} as scans
    inner join shipments
        on scans.shipment_key = shipments.shipment_key

),

-- grouped by the rank, an integer: the stage gets its name back at the end
first_reached as (

    select
        reached.order_key,
        stages.stage_rank,
        min(reached.reached_at) as reached_at,
    from reached
    inner join stages
        on reached.delivery_stage = stages.delivery_stage
    where reached.reached_at is not null
    group by
        reached.order_key,
        stages.stage_rank

),

with_next as (

    select
        *,
        min(reached_at) over (
            partition by order_key
            order by stage_rank
            rows between 1 following and unbounded following
        ) as left_at,
    from first_reached

),

-- the furthest stage counts: one that was reached after a further one was never the order's stage
entered as (

    select
        with_next.order_key,
        with_next.stage_rank,
        greatest(with_next.reached_at, orders.placed_at) as entered_at,
        with_next.left_at,
    from with_next
    inner join orders
        on with_next.order_key = orders.order_key
    where
        with_next.left_at is null
        or with_next.reached_at < with_next.left_at

),

windows as (

    select
        entered.*,
        least(
            coalesce(entered.left_at, run_context.as_of),
            {{ add_hours('entered.entered_at', 720) }},
            run_context.as_of
        ) as counted_until,
    from entered
    cross join run_context

),

contacts_in_stage as (

    select
        windows.order_key,
        windows.stage_rank,
        count(*) as count_contacts,
    from contacts
    inner join windows
        on contacts.order_key = windows.order_key
    where
        contacts.started_at >= windows.entered_at
        and contacts.started_at <= windows.counted_until
        and (windows.left_at is null or contacts.started_at < windows.left_at)
    group by
        windows.order_key,
        windows.stage_rank

)

select
    orders.order_id,
    stages.delivery_stage,
    windows.stage_rank,
    windows.entered_at,
    {{ week_start('windows.entered_at') }} as entered_week_start_date,
    windows.left_at,
    -- midnights that it passed: whole numbers that add up over slices, and on average the days
    greatest({{ midnights_between('windows.entered_at', 'windows.counted_until') }}, 0) as order_days,
    cast(coalesce(contacts_in_stage.count_contacts, 0) as bigint) as count_contacts,
    1 as count_entered,
    orders.segment,
    orders.carrier,
    orders.region,
    orders.warehouse,
    orders.product_category,
    orders.phase,
    orders.order_key,
from windows
inner join orders
    on windows.order_key = orders.order_key
inner join stages
    on windows.stage_rank = stages.stage_rank
left join contacts_in_stage
    on
        windows.order_key = contacts_in_stage.order_key
        and windows.stage_rank = contacts_in_stage.stage_rank
cross join run_context

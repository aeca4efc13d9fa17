with

run_context as (

    select * from {{ ref('stg_run_context') }}

),

shipments as (

    select * from {{ ref('fct_shipments') }}

),

exceptions as (

    select * from {{ ref('fct_shipment_exceptions') }}

),

entries as (

    select
        {{ week_start('shipments.in_flight_from') }} as week_start_date,
        shipments.segment,
        shipments.carrier,
        shipments.region,
        shipments.warehouse,
        shipments.product_category,
        1 as count_entered,
        0 as count_left,
        0 as count_opened,
        null::timestamptz as opened_at,
    from shipments
    cross join run_context
    where shipments.in_flight_from is not null

    union all

    -- a shipment is in flight in the week it ends in, and no longer in the week after
    select
        cast({{ week_start('shipments.in_flight_until') }} + interval 7 day as date) as week_start_date,
        shipments.segment,
        shipments.carrier,
        shipments.region,
        shipments.warehouse,
        shipments.product_category,
        0 as count_entered,
        1 as count_left,
        0 as count_opened,
        null::timestamptz as opened_at,
    from shipments
    cross join run_context
    where
        shipments.in_flight_from is not null
        and shipments.in_flight_until is not null

    union all

    select
        exceptions.opened_week_start_date as week_start_date,
        exceptions.segment,
        exceptions.carrier,
        exceptions.region,
        exceptions.warehouse,
        exceptions.product_category,
        0 as count_entered,
        0 as count_left,
        1 as count_opened,
        exceptions.opened_at,
    from exceptions
    where exceptions.shipment_id is not null

),

changes as (

    select
        week_start_date,
        segment,
        carrier,
        region,
        warehouse,
        product_category,
        sum(count_entered) as count_entered,
        sum(count_left) as count_left,
        sum(count_opened) as count_opened,
        max(opened_at) as last_opened_at,
    from entries
    group by
        week_start_date,
        segment,
        carrier,
        region,
        warehouse,
        product_category

),

cells as (

    select
        segment,
        carrier,
        region,
        warehouse,
        product_category,
        min(week_start_date) as first_week,
        max({{ week_start('run_context.as_of') }}) as last_week,
    from changes
    cross join run_context
    group by
        segment,
        carrier,
        region,
        warehouse,
        product_category

),

spine as (

    select
        cells.segment,
        cells.carrier,
        cells.region,
        cells.warehouse,
        cells.product_category,
        {{ week_spine('cells.first_week', 'cells.last_week') }} as week_start_date,
    from cells

),

-- in flight = all that entered up to this week less all that left before it: a running sum, no join of shipments to weeks
running as (

    select
        spine.*,
        cast(coalesce(changes.count_opened, 0) as bigint) as count_exceptions_opened,
        cast(sum(coalesce(changes.count_entered, 0) - coalesce(changes.count_left, 0)) over (
            partition by
                spine.segment, spine.carrier, spine.region, spine.warehouse, spine.product_category
            order by spine.week_start_date
            rows between unbounded preceding and current row
        ) as bigint) as count_in_flight,
        changes.last_opened_at,
    from spine
    left join changes
        on
            spine.week_start_date = changes.week_start_date
            and spine.segment = changes.segment
            and spine.carrier = changes.carrier
            and spine.region = changes.region
            and spine.warehouse = changes.warehouse
            and spine.product_category = changes.product_category

)

select
    running.*,
    {{ launch_phase_at(week_begin_at('running.week_start_date')) | indent(4) }} as phase,
from running
cross join run_context
{{ launch_scope_joins("'order_exception'", no_source(), 'running.segment') }}
where
    running.count_in_flight > 0
    or running.count_exceptions_opened > 0

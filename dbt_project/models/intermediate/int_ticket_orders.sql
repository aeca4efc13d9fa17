{# Orders that tickets are held against. An order has no trigger source: a scope takes those of its segments. #}
with

run_context as (

    select * from {{ ref('stg_run_context') }}

),

orders as (

    select
        segment,
        placed_at,
    from {{ ref('int_orders') }}

),

sources as (

    select distinct source_key
    from {{ ref('int_launch_scopes') }}
    where workflow = 'order_support'

),

segments as (

    select distinct segment from orders

),

pairs as (

    select
        sources.source_key,
        segments.segment,
    from sources
    cross join segments

),

-- the most specific scope takes a segment, as it takes its contacts
scope_segments as (

    select distinct
        {{ launch_scope_of_unit() }} as scope_id,
        pairs.segment,
    from pairs
    {{ launch_key_joins("'order_support'", 'pairs.source_key', 'pairs.segment') | indent(4) }}

),

placed as (

    select
        scopes.scope_id,
        orders.segment,
        orders.placed_at,
        scopes.go_live_at,
        orders.placed_at >= scopes.go_live_at as is_after_launch,
    from orders
    inner join scope_segments
        on orders.segment = scope_segments.segment
    inner join {{ ref('int_launch_scopes') }} as scopes
        on scope_segments.scope_id = scopes.scope_id
    where orders.placed_at >= scopes.baseline_from

),

final as (

    select
        placed.scope_id,
        placed.segment,
        case when placed.is_after_launch then {{ week_start('placed.placed_at') }} end as week_start_date,
        case
            when not placed.is_after_launch
                then cast(floor(({{ epoch_micros('placed.go_live_at') }} - {{ epoch_micros('placed.placed_at') }} - 1) / 604800000000) as bigint)
        end as weeks_before_launch,
    from placed
    cross join run_context

)

select
    scope_id,
    segment,
    week_start_date,
    weeks_before_launch,
    count(*) as count_orders,
from final
group by
    scope_id,
    segment,
    week_start_date,
    weeks_before_launch

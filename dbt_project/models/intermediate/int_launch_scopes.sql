with

scope_keys as (

    select * from {{ ref('int_launch_scope_keys') }}

),

call_runs as (

    select
        launch_contacts.scope_id,
        launch_contacts.run_number,
        launch_contacts.started_at,
    from {{ ref('int_launch_contacts') }} as launch_contacts
    where launch_contacts.run_number is not null

),

-- what starts a run of order exceptions is an exception and not a call
exceptions as (

    select
        exceptions.opened_at,
        exceptions.order_key,
        exceptions.shipment_key,
        exceptions.exception_type,
        orders.segment,
    from {{ ref('int_shipment_exceptions') }} as exceptions
    inner join {{ ref('int_orders') }} as orders
        on exceptions.order_key = orders.order_key

),

scoped_exceptions as (

    select
        exceptions.*,
        coalesce(scope_of_both.scope_id, scope_of_source.scope_id) as scope_id,
        coalesce(scope_of_both.go_live_at, scope_of_source.go_live_at) as go_live_at,
    from exceptions
    {{ launch_key_joins("'order_exception'", no_source(), 'exceptions.segment') | indent(4) }}

),

exception_runs as (

    select
        scope_id,
        row_number() over (
            partition by scope_id
            order by opened_at, order_key, shipment_key, exception_type
        ) as run_number,
        opened_at as started_at,
    from scoped_exceptions
    where opened_at >= go_live_at

),

runs as (

    select * from call_runs

    union all

    select * from exception_runs

),

boundaries as (

    select
        scope_id,
        max(run_number) as count_runs,
        max(case when run_number = 50 then started_at end) as run_50_at,
        max(case when run_number = 51 then started_at end) as run_51_at,
        max(case when run_number = 100 then started_at end) as run_100_at,
        max(case when run_number = 101 then started_at end) as run_101_at,
    from runs
    group by scope_id

)

select
    scope_keys.scope_id,
    scope_keys.workflow,
    scope_keys.source_key,
    scope_keys.segment_key,
    scope_keys.baseline_from,
    scope_keys.go_live_at,
    scope_keys.tuned_at,
    coalesce(boundaries.count_runs, 0) as count_runs,
    boundaries.run_50_at,
    boundaries.run_51_at,
    boundaries.run_100_at,
    boundaries.run_101_at,
from scope_keys
left join boundaries
    on scope_keys.scope_id = boundaries.scope_id
where scope_keys.is_own_key

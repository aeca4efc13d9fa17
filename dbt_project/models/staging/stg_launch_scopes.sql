with

source as (

    select * from {{ source('raw', 'all_launch_scopes') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- a launch that is still ahead has no baseline either: which calls came before it is known once it is live
known_by_as_of as (

    select
        source.workflow,
        source.source_system,
        source.segment,
        source.go_live_at,
        source.baseline_from,
        case when source.tuned_at <= run_context.as_of then source.tuned_at end as tuned_at,
    from source
    cross join run_context
    where source.go_live_at <= run_context.as_of

)

select * from known_by_as_of

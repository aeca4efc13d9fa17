with

source as (

    select * from {{ source('raw', 'all_call_actions') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.call_id,
        source.call_key,
        source.action_type,
        source.target_id,
        source.target_system,
        source.requested_at,
        case when source.executed_at <= run_context.as_of then source.executed_at end as executed_at,
        source.status,
        source.executions,
    from source
    cross join run_context
    where source.requested_at <= run_context.as_of

)

select * from known_by_as_of

with

source as (

    select * from {{ source('raw', 'all_experiment_assignments') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.experiment,
        source.customer_id,
        source.customer_key,
        source.arm,
        source.assigned_at,
    from source
    cross join run_context
    where source.assigned_at <= run_context.as_of

)

select * from known_by_as_of

with

source as (

    select * from {{ source('raw', 'all_disputes') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.dispute_id,
        source.order_id,
        source.order_key,
        source.opened_at,
    from source
    cross join run_context
    where source.opened_at <= run_context.as_of

)

select * from known_by_as_of

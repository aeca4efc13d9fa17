with

source as (

    select * from {{ source('raw', 'all_review_decisions') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.decision_id,
        source.queue,
        source.item_id,
        source.reviewer_id,
        source."at" as event_at,
        source.decision,
        source.code_before,
        source.code_after,
        source.minutes,
        source.model_version,
    from source
    cross join run_context
    where source."at" <= run_context.as_of

)

select * from known_by_as_of

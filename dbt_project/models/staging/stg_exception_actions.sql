with

source as (

    select * from {{ source('raw', 'all_exception_actions') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.exception_id,
        source.action_no,
        source.order_id,
        source.order_key,
        source.shipment_id,
        source.shipment_key,
        source.exception_type,
        source."at" as step_at,
        source.step,
        source.action_type,
        source.owner_id,
        source.human_touched,
        source.review_minutes,
        source.evidence_ids,
        source.rule_id,
    from source
    cross join run_context
    where source."at" <= run_context.as_of

)

select * from known_by_as_of

with

source as (

    select * from {{ source('raw', 'all_handoffs') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.handoff_id,
        source.call_id,
        source.call_key,
        source.destination_system,
        source.purpose,
        source.object_type,
        source.object_id,
        source.owner_id,
        source.status,
        source.urgency,
        source.next_step,
        source.record_url,
        source.summary,
        source.review_cause,
        source.created_at,
        case when source.accepted_at <= run_context.as_of then source.accepted_at end as accepted_at,
        case when source.first_action_at <= run_context.as_of then source.first_action_at end as first_action_at,
        case when source.transcript_opened_at <= run_context.as_of then source.transcript_opened_at end as transcript_opened_at,
        case when source.clarification_requested_at <= run_context.as_of then source.clarification_requested_at end as clarification_requested_at,
        case when source.reviewed_at <= run_context.as_of then source.reviewed_at end as reviewed_at,
        case when source.reviewed_at <= run_context.as_of then source.corrected_object_id end as corrected_object_id,
    from source
    cross join run_context
    where source.created_at <= run_context.as_of

)

select * from known_by_as_of

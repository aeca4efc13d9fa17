with

source as (

    select * from {{ source('raw', 'all_calls') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- whose records of other systems are that do not name the shop's customer
matches as (

    select * from {{ ref('int_customer_matches') }}
    where record_type = 'call' and customer_id is not null

),

known_by_as_of as (

    select
        source.call_id,
        source.call_key,
        source.direction,
        source.workflow,
        source.status,
        source.started_at,
        source.answered_at,
        source.ended_at,
        source.end_reason,
        source.channel,
        source.source_system,
        source.store_id,
        source.agent_version,
        source.is_test,
        {{ matched_customer('customer_id', 'call') }} as customer_id,
        source.phone,
        {{ matched_customer('customer_key', 'call') }} as customer_key,
        source.order_id,
        source.order_key,
        source.cart_id,
        source.incident_id,
        source.parent_call_id,
        source.match_confidence,
        source.identity_result,
        source.owner_id,
        source.routing_decision,
        source.transfer_at,
        source.transfer_status,
        source.transfer_target,
        source.customer_confirmed_resolved,
        source.talk_seconds,
        source.hold_seconds,
        source.wrap_seconds,
        source.record_url,
        source.risk_flags,
        source.identity_method,
        source.intent_raw,
        source.urgency,
        source.objection,
        source.requested_next_step,
        source.booking_id,
        source.transcript_url,
        source.recording_url,
    from source
    left join matches
        on source.call_id = matches.record_id
    cross join run_context
    where source.started_at <= run_context.as_of

)

select * from known_by_as_of

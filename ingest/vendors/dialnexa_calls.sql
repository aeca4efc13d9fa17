-- Rows in the form of raw.calls; columns not named here stay null.
create or replace temp table mapped_calls as
select
    folded.call_id,
    source_updated_at,
    coalesce(directions.value, 'inbound') as direction,
    coalesce(named_workflows.value, agent_workflows.value, 'order_support') as workflow,
    status,
    started_at,
    case when status = 'completed' then started_at end as answered_at,
    ended_at,
    end_reason,
    channels.value as channel,
    coalesce(metadata ->> 'source_system', analysis ->> 'source_system') as source_system,
    coalesce(metadata ->> 'store_id', analysis ->> 'store_id') as store_id,
    agent_id,
    agent_version,
    coalesce(metadata ->> 'customer_id', analysis ->> 'customer_id') as customer_id,
    coalesce(
        case when coalesce(directions.value, 'inbound') = 'inbound' then from_number else to_number end,
        phone_number
    ) as phone,
    coalesce(metadata ->> 'order_id', analysis ->> 'order_id') as order_id,
    coalesce(metadata ->> 'cart_id', analysis ->> 'cart_id') as cart_id,
    coalesce(metadata ->> 'incident_id', analysis ->> 'incident_id') as incident_id,
    coalesce(metadata ->> 'booking_id', analysis ->> 'booking_id') as booking_id,
    coalesce(metadata ->> 'parent_call_id', analysis ->> 'parent_call_id') as parent_call_id,
    coalesce(analysis ->> 'intent_raw', analysis ->> 'intent') as intent_raw,
    urgencies.value as urgency,
    analysis ->> 'objection' as objection,
    analysis ->> 'requested_next_step' as requested_next_step,
    case when needs_human and not has_contradiction then 'sent_to_review' end as routing_decision,
    case
        when transfer is not null then coalesce(
            try_cast(transfer ->> 'transferred_at' as timestamptz),
            try_cast(transfer ->> 'timestamp' as timestamptz),
            try_cast(transfer ->> 'started_at' as timestamptz),
            ended_at,
            started_at
        )
    end as transfer_at,
    transfer_statuses.value as transfer_status,
    transfer_target,
    case when not has_contradiction then is_resolved end as customer_confirmed_resolved,
    case when status = 'completed' then duration_seconds end as talk_seconds,
    case when not is_erased then summary end as summary,
    case when not is_erased then recording_url end as recording_url,
    json_merge_patch(
        metadata,
        json_object(
            'vendor', 'dialnexa',
            'sentiment', sentiment,
            'analysis', case when analysis != '{}'::json and not is_erased then analysis end,
            'unmapped_workflow', case
                when named_workflows.value is null
                then coalesce(metadata ->> 'workflow', analysis ->> 'workflow')
            end,
            'unmapped_urgency', case when urgencies.value is null then analysis ->> 'urgency' end,
            'unmapped_transfer_status', case when transfer_statuses.value is null then transfer_word end,
            'outcome_contradiction', case when has_contradiction then true end,
            'recording_expires_at', case
                when recording_url is not null and not is_erased
                then strftime(coalesce(ended_at, started_at) + interval 7 days, '%Y-%m-%dT%H:%M:%SZ')
            end
        )
    ) as metadata,
    _source_file,
    _file_id,
    _row_number,
    _ingested_at,
    _run_id,
from folded
left join vendor_map as directions
    on directions.map = 'direction' and directions.seen = lower(folded.direction)
left join vendor_map as channels
    on channels.map = 'channel' and channels.seen = lower(folded.channel)
left join vendor_map as named_workflows
    on named_workflows.map = 'workflow'
    and named_workflows.seen = coalesce(folded.metadata ->> 'workflow', folded.analysis ->> 'workflow')
left join vendor_map as agent_workflows
    on agent_workflows.map = 'agent_workflow' and agent_workflows.seen = folded.agent_id
left join vendor_map as urgencies
    on urgencies.map = 'urgency' and urgencies.seen = lower(folded.analysis ->> 'urgency')
left join vendor_map as transfer_statuses
    on transfer_statuses.map = 'transfer_status' and transfer_statuses.seen = folded.transfer_word
where folded.started_at is not null

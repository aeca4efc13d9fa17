-- One row per affected call: fields fill up over deliveries, a later one wins where both speak (arg_max skips nulls).
create or replace temp table folded as
with outspoken as (
    select
        *,
        'do_not_call' in (lower(outcome ->> 'outcome'), lower(analysis ->> 'outcome'))
        or lower(outcome ->> 'do_not_call') in ('true', '1', 'yes')
        or lower(analysis ->> 'do_not_call') in ('true', '1', 'yes') as says_do_not_call,
    from told
),

merged as (
    select
        call_id,
        max(told_at) as source_updated_at,
        arg_max(initiated_at, position) as initiated_at,
        arg_max(duration_seconds, position) as duration_seconds,
        min(coalesce(event_at, received_at)) filter (where life_rank = 1) as told_at_start,
        min(coalesce(event_at, received_at)) filter (where life_rank = 2) as told_in_call,
        min(coalesce(event_at, received_at)) filter (where life_rank > 2) as told_after_end,
        arg_max(direction, position) as direction,
        arg_max(channel, position) as channel,
        coalesce(arg_max(status, position), arg_max(event_status, position), 'unknown') as status,
        arg_max(end_reason, position) as end_reason,
        arg_max(agent_id, position) as agent_id,
        arg_max(agent_version, position) as agent_version,
        arg_max(from_number, position) as from_number,
        arg_max(to_number, position) as to_number,
        arg_max(phone_number, position) as phone_number,
        arg_max(transcript, position) as transcript,
        arg_max(summary, position) as summary,
        arg_max(sentiment, position) as sentiment,
        arg_max(recording_url, position) as recording_url,
        coalesce(arg_max(analysis, position), '{}'::json) as analysis,
        coalesce(arg_max(metadata, position), '{}'::json) as metadata,
        arg_max(transfer, position) as transfer,
        arg_max(transfer_target, position) as transfer_target,
        arg_max(outcome ->> 'resolved', position) as posted_resolved,
        arg_max(outcome ->> 'needs_human_follow_up', position) as posted_human,
        bool_or((outcome -> 'contradiction') is not null) as has_contradiction,
        max(told_at) filter (where says_do_not_call) as do_not_call_at,
        coalesce(bool_or(says_do_not_call), false) as is_do_not_call,
        coalesce(bool_or(is_erased), false) as is_erased,
        count(*) as deliveries,
        arg_max(_source_file, position) as _source_file,
        arg_max(_file_id, position) as _file_id,
        arg_max(_row_number, position) as _row_number,
        max(_ingested_at) as _ingested_at,
        arg_max(_run_id, position) as _run_id,
    from outspoken
    group by call_id
),

timed as (
    select
        *,
        coalesce(
            initiated_at,
            told_at_start,
            least(told_in_call, told_after_end - to_seconds(coalesce(duration_seconds, 0)))
        ) as started_at,
        lower(coalesce(posted_resolved, analysis ->> 'resolved')) as resolved_text,
        lower(coalesce(posted_human, analysis ->> 'needs_human_follow_up')) in ('true', '1', 'yes') as needs_human,
        replace(replace(lower(transfer ->> 'status'), ' ', '_'), '-', '_') as transfer_word,
    from merged
)

select
    * exclude (has_contradiction),
    started_at + to_seconds(duration_seconds) as ended_at,
    case
        when resolved_text in ('true', '1', 'yes') then true
        when resolved_text in ('false', '0', 'no') then false
    end as is_resolved,
    has_contradiction or (resolved_text in ('true', '1', 'yes') and coalesce(needs_human, false))
        as has_contradiction,
from timed

with

handoffs as (

    select * from {{ ref('stg_handoffs') }}

),

calls as (

    select * from {{ ref('fct_calls') }}

),

call_records as (

    select * from {{ ref('stg_calls') }}

),

owners as (

    select * from {{ ref('stg_owners') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

conduct as (

    select
        call_key,
        sub_workflow,
    from {{ ref('fct_call_conduct') }}

),

-- the rules of the tier that hold at the hand-off, else those of any tier
handoff_rules as (

    select * from {{ ref('handoff_rules') }}

),

ruled as (

    select
        handoffs.handoff_id,
        max_by(handoff_rules.accept_within_hours, case when handoff_rules.tier = 'any' then 0 else 1 end)
            as accept_within_hours,
        max_by(handoff_rules.summary_max_characters, case when handoff_rules.tier = 'any' then 0 else 1 end)
            as summary_max_characters,
    from handoffs
    cross join handoff_rules
    left join calls
        on handoffs.call_key = calls.call_key
    left join customers
        on calls.customer_key = customers.customer_key
    where
        handoff_rules.tier in ('any', lower(customers.tier))
        and handoffs.created_at >= handoff_rules.valid_from
        and (handoff_rules.valid_to is null or handoffs.created_at < handoff_rules.valid_to)
    group by handoffs.handoff_id

),

low_thresholds as (

    select
        threshold,
        valid_from,
        valid_to,
    from {{ ref('mandated_rules') }}
    where fact = 'match_confidence'

),

low_confidence as (

    select distinct handoffs.handoff_id
    from handoffs
    inner join call_records
        on handoffs.call_key = call_records.call_key
    cross join low_thresholds
    where
        call_records.match_confidence < low_thresholds.threshold
        and handoffs.created_at >= low_thresholds.valid_from
        and (low_thresholds.valid_to is null or handoffs.created_at < low_thresholds.valid_to)

),

review_causes as (

    select distinct review_cause from {{ ref('mandated_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

judged as (

    select
        handoffs.handoff_id,
        handoffs.call_id,
        handoffs.created_at,
        {{ week_start('handoffs.created_at') }} as week_start_date,
        handoffs.destination_system,
        handoffs.purpose,
        handoffs.object_type,
        handoffs.object_id,
        handoffs.corrected_object_id,
        handoffs.owner_id,
        handoffs.status,
        handoffs.urgency,
        handoffs.next_step,
        handoffs.record_url,
        case
            when review_causes.review_cause is not null then review_causes.review_cause
            when handoffs.review_cause is not null then 'other'
        end as review_cause,
        handoffs.accepted_at,
        handoffs.first_action_at,
        handoffs.transcript_opened_at,
        handoffs.clarification_requested_at,
        handoffs.reviewed_at,
        handoffs.call_key,
        coalesce(calls.workflow, 'unknown') as workflow,
        {{ call_dimensions('calls', leave_out=['owner']) }}
        case when handoffs.owner_id is null then 'unknown' else coalesce(owners.team, 'unknown') end as owner,
        coalesce(lower(customers.tier), 'unknown') as tier,
        coalesce(conduct.sub_workflow, 'other') as sub_workflow,
        handoffs.object_type is not null and {{ has_visible_text('handoffs.object_id') }} as has_object,
        {{ has_visible_text('handoffs.owner_id') }} as has_owner,
        {{ has_visible_text('handoffs.status') }} as has_status,
        coalesce(lower(handoffs.urgency) in ('low', 'normal', 'high', 'urgent'), false) as has_urgency,
        {{ has_visible_text('handoffs.next_step') }} as has_next_step,
        coalesce(
            lower(handoffs.record_url) like 'http://_%' or lower(handoffs.record_url) like 'https://_%', false
        ) as has_record_url,
        length(handoffs.summary) as summary_characters,
        ruled.accept_within_hours,
        {{ has_visible_text('handoffs.summary') }}
        and length(handoffs.summary) <= ruled.summary_max_characters as is_summary_short,
        coalesce(call_records.transcript_url, call_records.recording_url) is not null as has_transcript_link,
        call_records.match_confidence,
        low_confidence.handoff_id is not null
        or coalesce(review_causes.review_cause = 'low_confidence_match', false) as is_low_confidence,
        handoffs.reviewed_at is not null as is_reviewed,
        handoffs.reviewed_at is not null
        and coalesce(handoffs.corrected_object_id <> handoffs.object_id, handoffs.corrected_object_id is not null)
            as is_wrong_object,
        {{ minutes_between('handoffs.created_at', 'handoffs.accepted_at') }} as minutes_to_accept,
        {{ minutes_between('handoffs.created_at', 'handoffs.first_action_at') }} as minutes_to_first_action,
        {{ minutes_between('handoffs.created_at', 'run_context.as_of') }} as followup_minutes,
        -- the next owner acted, and asked and read nothing before
        handoffs.first_action_at is not null
        and coalesce(handoffs.clarification_requested_at > handoffs.first_action_at, true)
        and coalesce(handoffs.transcript_opened_at > handoffs.first_action_at, true) as is_sufficient,
        row_number() over (
            partition by handoffs.call_id, handoffs.purpose, handoffs.object_type, handoffs.object_id
            order by handoffs.created_at, handoffs.handoff_id
        ) > 1 as is_duplicate,
    from handoffs
    left join ruled
        on handoffs.handoff_id = ruled.handoff_id
    left join calls
        on handoffs.call_key = calls.call_key
    left join call_records
        on handoffs.call_key = call_records.call_key
    left join owners
        on handoffs.owner_id = owners.owner_id
    left join customers
        on calls.customer_key = customers.customer_key
    left join conduct
        on handoffs.call_key = conduct.call_key
    left join low_confidence
        on handoffs.handoff_id = low_confidence.handoff_id
    left join review_causes
        on {{ review_cause_key('handoffs.review_cause') }} = review_causes.review_cause
    cross join run_context

),

-- every stratum of a week stands for all its hand-offs, however many of them were reviewed
weighted as (

    select
        *,
        count(*) over (partition by week_start_date, is_low_confidence) as stratum_handoffs,
        sum(case when is_reviewed then 1 else 0 end) over (partition by week_start_date, is_low_confidence)
            as stratum_reviewed,
    from judged

)

select
    * exclude (call_key, stratum_handoffs, stratum_reviewed, minutes_to_accept, minutes_to_first_action),
    has_object and has_owner and has_status and has_urgency and has_next_step and has_record_url as is_complete,
    case when minutes_to_accept is not null then greatest(minutes_to_accept, 0.0) end as minutes_to_accept,
    case when minutes_to_first_action is not null then greatest(minutes_to_first_action, 0.0) end
        as minutes_to_first_action,
    case when is_reviewed then stratum_handoffs / stratum_reviewed end as review_weight,
    coalesce(minutes_to_accept <= accept_within_hours * 60, false) as is_accepted_in_time,
    call_key,
from weighted

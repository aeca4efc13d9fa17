with

call_actions as (

    select * from {{ ref('stg_call_actions') }}

),

calls as (

    select * from {{ ref('fct_calls') }}

),

policies as (

    select * from {{ ref('workflow_policy') }}
    where subject_kind = 'action_type'

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- a tool that is asked for the same action again sends the call's key again: the target may execute it once only
requests as (

    select
        call_events.call_key,
        lower(call_events.name) as action_type,
        {{ json_text('call_events.payload', '$.target_id') }} as target_id,
        count(*) as count_requests,
    from {{ ref('stg_call_events') }} as call_events
    where
        call_events.event_type = 'tool_call'
        and {{ json_text('call_events.payload', '$.target_id') }} is not null
    group by all

),

-- the row of the call's workflow goes before 'any'
ruled as (

    select
        call_actions.call_key,
        call_actions.action_type,
        call_actions.target_id,
        max_by(policies.must_queue, case when policies.workflow = 'any' then 0 else 1 end) as must_queue,
        max_by(policies.review_cause, case when policies.workflow = 'any' then 0 else 1 end) as review_cause,
    from call_actions
    inner join policies
        on lower(call_actions.action_type) = policies.subject
    left join calls
        on call_actions.call_key = calls.call_key
    where
        policies.workflow in ('any', calls.workflow)
        and call_actions.requested_at >= policies.valid_from
        and (policies.valid_to is null or call_actions.requested_at < policies.valid_to)
    group by all

)

select
    call_actions.call_id,
    call_actions.action_type,
    call_actions.target_id,
    call_actions.target_system,
    call_actions.requested_at,
    {{ week_start('call_actions.requested_at') }} as week_start_date,
    coalesce(calls.workflow, 'unknown') as workflow,
    {{ call_dimensions('calls') }}
    call_actions.executed_at,
    call_actions.status,
    cast(coalesce(call_actions.executions, 0) as bigint) as executions,
    coalesce(requests.count_requests, 1) as count_requests,
    coalesce(call_actions.executions, 0) > 1 as is_duplicated,
    -- asked for again and not done again
    coalesce(requests.count_requests, 1) > 1 and coalesce(call_actions.executions, 0) <= 1 as is_replay_absorbed,
    ruled.must_queue,
    ruled.review_cause,
    coalesce(call_actions.status = 'done', false) as is_done,
    coalesce(ruled.must_queue, false)
    and coalesce(call_actions.status = 'done', false)
    and coalesce(calls.call_outcome not in ('transferred_human', 'deferred_human'), false) as is_leaked,
    call_actions.call_key,
from call_actions
left join calls
    on call_actions.call_key = calls.call_key
left join requests
    on
        call_actions.call_key = requests.call_key
        and lower(call_actions.action_type) = requests.action_type
        and call_actions.target_id = requests.target_id
left join ruled
    on
        call_actions.call_key = ruled.call_key
        and call_actions.action_type = ruled.action_type
        and call_actions.target_id = ruled.target_id
cross join run_context

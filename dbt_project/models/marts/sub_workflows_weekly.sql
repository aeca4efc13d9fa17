with

calls as (

    select
        week_start_date,
        sub_workflow,
        count(*) as count_calls,
        sum(case when call_outcome in ('resolved_confirmed', 'resolved_assumed') then 1 else 0 end) as count_resolved,
        sum(case when reached_human then 1 else 0 end) as count_reached_human,
        sum(case when call_outcome = 'contained_unresolved' then 1 else 0 end) as count_unresolved,
        sum(case when is_leaked then 1 else 0 end) as count_leaked,
    from {{ ref('fct_call_conduct') }}
    group by week_start_date, sub_workflow

),

handoffs as (

    select
        week_start_date,
        sub_workflow,
        count(*) as count_handoffs,
        sum(case when is_complete then 1 else 0 end) as count_complete,
        sum(case when is_sufficient then 1 else 0 end) as count_sufficient,
        sum(case when is_reviewed then 1 else 0 end) as count_reviewed,
        sum(case when is_wrong_object then 1 else 0 end) as count_wrong_object,
    from {{ ref('fct_handoffs') }}
    group by week_start_date, sub_workflow

),

cells as (

    select week_start_date, sub_workflow from calls
    union
    select week_start_date, sub_workflow from handoffs

)

select
    cells.week_start_date,
    cells.sub_workflow,
    coalesce(calls.count_calls, 0) as count_calls,
    cast(coalesce(calls.count_resolved, 0) as bigint) as count_resolved,
    cast(coalesce(calls.count_unresolved, 0) as bigint) as count_unresolved,
    cast(coalesce(calls.count_reached_human, 0) as bigint) as count_reached_human,
    cast(coalesce(calls.count_leaked, 0) as bigint) as count_leaked,
    calls.count_resolved / nullif(calls.count_calls, 0) as resolved_share,
    coalesce(handoffs.count_handoffs, 0) as count_handoffs,
    handoffs.count_complete / nullif(handoffs.count_handoffs, 0) as complete_share,
    handoffs.count_sufficient / nullif(handoffs.count_handoffs, 0) as sufficient_share,
    cast(coalesce(handoffs.count_reviewed, 0) as bigint) as count_reviewed,
    handoffs.count_wrong_object / nullif(handoffs.count_reviewed, 0) as wrong_object_share,
from cells
left join calls
    on
        cells.week_start_date = calls.week_start_date
        and cells.sub_workflow = calls.sub_workflow
left join handoffs
    on
        cells.week_start_date = handoffs.week_start_date
        and cells.sub_workflow = handoffs.sub_workflow

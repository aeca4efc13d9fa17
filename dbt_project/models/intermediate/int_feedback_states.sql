with

decisions as (

    select
        decisions.item_id as feedback_id,
        lower(trim(decisions.decision)) as decision,
        decisions.event_at,
        decisions.reviewer_id,
        row_number() over (
            partition by decisions.item_id
            order by decisions.event_at desc, decisions.decision_id desc
        ) as decision_rank,
    from {{ ref('stg_review_decisions') }} as decisions
    where
        decisions.queue = 'ops_feedback'
        and lower(trim(decisions.decision)) in ('open', 'acknowledged', 'fixed', 'dismissed')

),

firsts as (

    select
        feedback_id,
        min(case when decision = 'acknowledged' then event_at end) as acknowledged_at,
        max(case when decision_rank = 1 then decision end) as decision,
        max(case when decision_rank = 1 then event_at end) as decided_at,
        max(case when decision_rank = 1 then reviewer_id end) as decided_by,
        max(case when decision = 'fixed' then event_at end) as last_fixed_at,
    from decisions
    group by feedback_id

)

select
    feedback_id,
    decision,
    decided_at,
    decided_by,
    acknowledged_at,
    -- what was reopened or dismissed since is not fixed
    case when decision = 'fixed' then last_fixed_at end as fixed_at,
from firsts

with

decisions as (

    select * from {{ ref('int_reason_decisions') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    decisions.decision_id,
    decisions.queue,
    decisions.item_id,
    decisions.reviewer_id,
    decisions.event_at as decided_at,
    {{ week_start('decisions.event_at') }} as week_start_date,
    decisions.decision,
    decisions.code_before,
    decisions.code_after,
    decisions.resolved_code,
    decisions.leaf_code,
    decisions.code_before is distinct from decisions.resolved_code as is_change,
    decisions.effect,
    decisions.minutes,
    decisions.model_version,
    decisions.call_key,
from decisions
cross join run_context

with

steps as (

    select * from {{ ref('stg_exception_actions') }}

),

exceptions as (

    select * from {{ ref('fct_order_exceptions') }}

),

evidence as (

    select * from {{ ref('int_exception_evidence') }}

),

action_rules as (

    select * from {{ ref('exception_action_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- the rules that allow an action at its time; the one that names type and tier goes before the general one
fitting as (

    select
        steps.exception_id,
        steps.action_no,
        action_rules.rule_id,
        action_rules.rule_version,
        action_rules.requires_human,
        row_number() over (
            partition by steps.exception_id, steps.action_no
            order by
                case when action_rules.tier = 'any' then 1 else 0 end,
                case when action_rules.exception_type = 'any' then 1 else 0 end,
                action_rules.valid_from desc
        ) as fit_rank,
    from steps
    inner join exceptions
        on steps.exception_id = exceptions.exception_id
    inner join action_rules
        on steps.action_type = action_rules.action_type
    where
        action_rules.exception_type in (exceptions.exception_type, 'any')
        and action_rules.tier in (exceptions.tier, 'any')
        and steps.step_at >= action_rules.valid_from
        and (action_rules.valid_to is null or steps.step_at < action_rules.valid_to)

),

matched as (

    select * from fitting
    where fit_rank = 1

),

-- an exception that people only may decide, whoever took the action
joined as (

    select
        steps.*,
        exceptions.exception_type as type_of_exception,
        exceptions.promise_at,
        exceptions.source,
        exceptions.segment,
        exceptions.owner,
        exceptions.outcome,
        exceptions.carrier,
        exceptions.region,
        exceptions.warehouse,
        exceptions.product_category,
        exceptions.delivery_stage,
        exceptions.phase,
        matched.rule_id as action_rule_id,
        matched.rule_version as action_rule_version,
        matched.requires_human,
        coalesce(evidence.count_evidence, 0) as count_evidence,
        coalesce(evidence.count_found, 0) as count_found,
    from steps
    inner join exceptions
        on steps.exception_id = exceptions.exception_id
    left join matched
        on
            steps.exception_id = matched.exception_id
            and steps.action_no = matched.action_no
    left join evidence
        on
            steps.exception_id = evidence.exception_id
            and steps.action_no = evidence.action_no

)

select
    joined.exception_id,
    joined.action_no,
    joined.order_id,
    joined.type_of_exception as exception_type,
    joined.step,
    joined.action_type,
    joined.step_at,
    {{ week_start('joined.step_at') }} as week_start_date,
    joined.source,
    joined.segment,
    joined.owner,
    joined.outcome,
    joined.carrier,
    joined.region,
    joined.warehouse,
    joined.product_category,
    joined.delivery_stage,
    joined.phase,
    joined.owner_id,
    coalesce(joined.human_touched, false) as is_human_touched,
    joined.review_minutes,
    joined.step = 'action' and joined.action_type is not null as is_action,
    joined.action_rule_id,
    joined.action_rule_version,
    joined.action_rule_id is not null as is_conforming,
    coalesce(joined.requires_human, false) as requires_human,
    cast(joined.count_evidence as bigint) as count_evidence,
    cast(joined.count_found as bigint) as count_evidence_found,
    case when joined.promise_at is not null then joined.step_at < joined.promise_at end as is_before_breach,
    -- what is moved or escalated on the last day or after the promise is the expensive kind
    joined.step = 'action'
    and joined.action_type in ('reroute', 'escalate')
    and coalesce(joined.step_at >= {{ add_hours('joined.promise_at', -24) }}, false) as is_late_intervention,
    joined.order_key,
from joined
cross join run_context

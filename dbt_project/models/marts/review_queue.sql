with

calls as (

    select * from {{ ref('int_calls') }}

),

tags as (

    select * from {{ ref('stg_reason_tags') }}
    where tag_rank = 1

),

policies as (

    select * from {{ ref('int_review_policies') }}

),

policy_calls as (

    select
        policies.call_key,
        max(case when policies.is_handed_over then 1 else 0 end) = 1 as is_handed_over,
    from policies
    group by policies.call_key

),

returns as (

    select * from {{ ref('int_review_returns') }}

),

audit_calls as (

    select * from {{ ref('int_audit_calls') }}
    where is_sampled

),

decided_calls as (

    select distinct decisions.call_key
    from {{ ref('int_reason_decisions') }} as decisions
    where decisions.effect in ('in_force', 'overruled', 'undecided')

),

customers as (

    select * from {{ ref('stg_customers') }}

),

rules as (

    select * from {{ ref('review_queue_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- nobody can name the reason of a call without words; what was handed over for review waits all the same
candidates as (

    select
        calls.call_key,
        calls.call_id,
        coalesce(calls.ended_at, calls.started_at) as waiting_since,
        coalesce(customers.tier, 'standard') as tier,
        calls.is_engaged and coalesce(tags.status = 'abstained', false) as is_abstained,
        audit_calls.call_key is not null as is_audit_sample,
        audit_calls.sampling_probability,
        tags.top3,
        tags.confidence,
        tags.model_version,
    from calls
    left join tags
        on calls.call_key = tags.call_key
    left join policy_calls
        on calls.call_key = policy_calls.call_key
    left join audit_calls
        on calls.call_key = audit_calls.call_key
    left join customers
        on calls.customer_key = customers.customer_key
    left join decided_calls
        on calls.call_key = decided_calls.call_key
    where
        decided_calls.call_key is null
        and (
            policy_calls.is_handed_over
            or (
                calls.is_engaged
                and tags.call_key is not null
                and (
                    tags.status = 'abstained'
                    or policy_calls.call_key is not null
                    or audit_calls.call_key is not null
                )
            )
        )

),

causes as (

    select
        candidates.call_key,
        policies.cause,
        policies.policy,
    from candidates
    inner join policies
        on candidates.call_key = policies.call_key

    union all

    select
        candidates.call_key,
        'abstained' as cause,
        null as policy,
    from candidates
    where candidates.is_abstained

    union all

    select
        candidates.call_key,
        'audit_sample' as cause,
        null as policy,
    from candidates
    where candidates.is_audit_sample

),

items as (

    select
        candidates.call_id as item_id,
        'call' as item_type,
        causes.cause,
        causes.policy,
        candidates.waiting_since,
        candidates.tier,
        candidates.is_abstained,
        candidates.is_audit_sample,
        candidates.sampling_probability,
        candidates.top3,
        candidates.confidence,
        candidates.model_version,
        candidates.call_key,
        null as order_id,
        null as details,
    from candidates
    inner join causes
        on candidates.call_key = causes.call_key

    union all

    select
        returns.item_id,
        returns.item_type,
        returns.cause,
        returns.reason as policy,
        returns.waiting_since,
        returns.tier,
        false as is_abstained,
        false as is_audit_sample,
        null as sampling_probability,
        null as top3,
        null as confidence,
        null as model_version,
        null as call_key,
        returns.order_id,
        returns.details,
    from returns

),

-- each cause has the rule of the customer's tier, else that of any
with_rule as (

    select
        items.*,
        rules.priority,
        rules.sla_hours,
        rules.owner,
        {{ hours_between('items.waiting_since', 'run_context.as_of') }} as waited_hours,
        row_number() over (
            partition by items.item_type, items.item_id, items.cause
            order by case when rules.tier = 'any' then 1 else 0 end
        ) as rule_order,
    from items
    cross join run_context
    inner join rules
        on items.cause = rules.cause
    where rules.tier in ('any', items.tier)

),

-- one item waits once, under its most urgent cause; the others stand beside
with_causes as (

    select
        *,
        string_agg(cause, ', ') over (
            partition by item_type, item_id
            order by priority
            rows between unbounded preceding and unbounded following
        ) as causes,
        row_number() over (partition by item_type, item_id order by priority) as cause_order,
    from with_rule
    where rule_order = 1

)

select
    item_id,
    item_type,
    cause,
    waiting_since,
    greatest(waited_hours, 0.0) as age_hours,
    sla_hours,
    waited_hours > sla_hours as is_overdue,
    owner,
    top3,
    confidence,
    model_version,
    call_key,
    policy,
    is_abstained,
    is_audit_sample,
    sampling_probability,
    tier,
    causes,
    order_id,
    details,
from with_causes
where cause_order = 1

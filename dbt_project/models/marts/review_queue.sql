with

calls as (

    select * from {{ ref('int_calls') }}
    where is_engaged

),

tags as (

    select * from {{ ref('stg_reason_tags') }}
    where tag_rank = 1

),

policies as (

    select * from {{ ref('int_review_policies') }}

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

-- only calls in which a customer said something: nobody can name the reason of a call without words
candidates as (

    select
        calls.call_key,
        calls.call_id,
        coalesce(calls.ended_at, calls.started_at) as waiting_since,
        coalesce(customers.tier, 'standard') as tier,
        policies.policy,
        tags.status = 'abstained' as is_abstained,
        audit_calls.call_key is not null as is_audit_sample,
        audit_calls.sampling_probability,
        tags.top3,
        tags.confidence,
        tags.model_version,
    from calls
    inner join tags
        on calls.call_key = tags.call_key
    left join policies
        on calls.call_key = policies.call_key
    left join audit_calls
        on calls.call_key = audit_calls.call_key
    left join customers
        on calls.customer_key = customers.customer_key
    left join decided_calls
        on calls.call_key = decided_calls.call_key
    where
        decided_calls.call_key is null
        and (tags.status = 'abstained' or policies.call_key is not null or audit_calls.call_key is not null)

),

-- one item waits once, under its most urgent cause and by the rule of its customer's tier
with_rule as (

    select
        candidates.*,
        rules.cause,
        rules.sla_hours,
        rules.owner,
        {{ hours_between('candidates.waiting_since', 'run_context.as_of') }} as waited_hours,
        row_number() over (
            partition by candidates.call_key
            order by rules.priority, case when rules.tier = 'any' then 1 else 0 end
        ) as rule_order,
    from candidates
    cross join run_context
    inner join rules
        on
            (rules.cause = 'policy' and candidates.policy is not null)
            or (rules.cause = 'abstained' and candidates.is_abstained)
            or (rules.cause = 'audit_sample' and candidates.is_audit_sample)
    where rules.tier in ('any', candidates.tier)

)

select
    call_id as item_id,
    'call' as item_type,
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
from with_rule
where rule_order = 1

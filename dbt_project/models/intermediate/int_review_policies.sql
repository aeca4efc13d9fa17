with

policies as (

    select * from {{ ref('review_policies') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

calls as (

    select * from {{ ref('stg_calls') }}

),

by_code as (

    select
        contacts.call_key,
        policies.cause,
        policies.value as policy,
    from contacts
    inner join policies
        on contacts.verified_reason_code = policies.value
    where
        policies.kind = 'code'
        and contacts.call_key is not null

),

by_flag as (

    select
        calls.call_key,
        policies.cause,
        policies.value as policy,
    from calls
    inner join policies
        on {{ json_list_holds('calls.risk_flags', 'policies.value') }}
    where policies.kind = 'risk_flag'

),

by_promise as (

    select
        promises.call_key,
        policies.cause,
        'promised ' || policies.value as policy,
    from {{ ref('stg_promises') }} as promises
    inner join policies
        on promises.kind = policies.value
    where
        policies.kind = 'promise'
        and promises.call_key is not null

),

by_tier as (

    select
        calls.call_key,
        policies.cause,
        'tier ' || policies.value as policy,
    from {{ ref('int_calls') }} as calls
    inner join {{ ref('stg_customers') }} as customers
        on calls.customer_key = customers.customer_key
    inner join policies
        on lower(customers.tier) = policies.value
    where
        policies.kind = 'tier'
        -- whoever has spoken to a person has been looked after
        and coalesce(calls.call_outcome <> 'transferred_human', true)

),

by_match as (

    select
        calls.call_key,
        policies.cause,
        'match below ' || policies.value as policy,
    from calls
    inner join policies
        on policies.kind = 'match_below'
    where calls.match_confidence < case when policies.kind = 'match_below' then cast(policies.value as double) end

),

by_identity as (

    select
        calls.call_key,
        policies.cause,
        'identity ' || policies.value as policy,
    from calls
    inner join policies
        on lower(calls.identity_result) = policies.value
    where policies.kind = 'identity_result'

),

-- a hand-off that asks for a review waits until somebody has reviewed it; a cause that nobody knows is one all the same
by_handoff as (

    select
        handoffs.call_key,
        coalesce(policies.cause, 'handed_over') as cause,
        'hand-off: ' || trim(handoffs.review_cause) as policy,
    from {{ ref('stg_handoffs') }} as handoffs
    left join policies
        on
            policies.kind = 'review_cause'
            and {{ review_cause_key('handoffs.review_cause') }} = policies.value
    where
        nullif(trim(handoffs.review_cause), '') is not null
        and handoffs.reviewed_at is null

),

-- whom a rule wanted to reach a person and who reached none: the review is the last chance
by_missed_rule as (

    select
        missed.call_key,
        policies.cause,
        'missed: ' || missed.rule_id as policy,
    from {{ ref('fct_call_policies') }} as missed
    inner join policies
        on
            policies.kind = 'review_cause'
            and missed.review_cause = policies.value
    where not missed.reached_human

),

-- what the policy keeps for a person and the agent did by itself
by_leaked_action as (

    select
        leaked.call_key,
        policies.cause,
        'done without a person: ' || leaked.action_type as policy,
    from {{ ref('fct_call_actions') }} as leaked
    inner join policies
        on
            policies.kind = 'review_cause'
            and leaked.review_cause = policies.value
    where leaked.is_leaked

),

all_kinds as (

    select *, false as is_handed_over from by_code
    union all
    select *, false from by_flag
    union all
    select *, false from by_promise
    union all
    select *, false from by_tier
    union all
    select *, false from by_match
    union all
    select *, false from by_identity
    union all
    select *, true from by_handoff
    union all
    select *, false from by_missed_rule
    union all
    select *, false from by_leaked_action

)

select
    call_key,
    cause,
    min(policy) as policy,
    count(*) as count_policies,
    max(case when is_handed_over then 1 else 0 end) = 1 as is_handed_over,
from all_kinds
group by
    call_key,
    cause

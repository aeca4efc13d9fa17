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

all_kinds as (

    select * from by_code
    union all
    select * from by_flag
    union all
    select * from by_promise
    union all
    select * from by_tier
    union all
    select * from by_match
    union all
    select * from by_identity

)

select
    call_key,
    cause,
    min(policy) as policy,
    count(*) as count_policies,
from all_kinds
group by
    call_key,
    cause

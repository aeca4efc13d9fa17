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
        policies.value as policy,
    from calls
    inner join policies
        on {{ json_list_holds('calls.risk_flags', 'policies.value') }}
    where policies.kind = 'risk_flag'

),

both_kinds as (

    select * from by_code
    union all
    select * from by_flag

)

select
    call_key,
    min(policy) as policy,
    count(*) as count_policies,
from both_kinds
group by call_key

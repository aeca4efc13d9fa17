with

calls as (

    select * from {{ ref('fct_calls') }}
    where is_engaged_inbound

),

owners as (

    select * from {{ ref('feedback_owners') }}

),

with_party as (

    select
        calls.week_start_date,
        owners.owner,
        owners.party_level,
        {{ feedback_party('owners.party_level', 'calls') | indent(8) }} as party,
        calls.reason_code,
        calls.call_id,
        calls.reason_claim,
        calls.reason_confidence,
        {{ without_identifiers('calls.reason_evidence') }} as evidence,
    from calls
    inner join owners
        on calls.reason_code = owners.reason_code

),

-- what the records confirm speaks loudest, then what the classifier was surest of
ranked as (

    select
        *,
        row_number() over (
            partition by week_start_date, owner, party_level, party, reason_code
            order by
                case when reason_claim = 'confirmed' then 0 else 1 end,
                case when evidence is null then 1 else 0 end,
                reason_confidence desc nulls last,
                call_id
        ) as example_no,
    from with_party
    where party is not null

)

select
    week_start_date,
    owner,
    party_level,
    party,
    reason_code,
    max(case when example_no = 1 then call_id end) as example_1_call_id,
    max(case when example_no = 1 then evidence end) as example_1_evidence,
    max(case when example_no = 2 then call_id end) as example_2_call_id,
    max(case when example_no = 2 then evidence end) as example_2_evidence,
    max(case when example_no = 3 then call_id end) as example_3_call_id,
    max(case when example_no = 3 then evidence end) as example_3_evidence,
    sum(case when reason_claim = 'confirmed' then 1 else 0 end) as count_confirmed,
from ranked
group by
    week_start_date,
    owner,
    party_level,
    party,
    reason_code

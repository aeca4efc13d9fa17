with

calls as (

    select * from {{ ref('fct_calls') }}
    where
        is_engaged_inbound
        and stated_reason_group is not null

),

by_group as (

    select
        week_start_date,
        stated_reason_group,
        count(*) as count_claims,
        sum(case when reason_claim = 'confirmed' then 1 else 0 end) as count_confirmed,
        sum(case when reason_claim = 'contradicted' then 1 else 0 end) as count_contradicted,
        sum(case when reason_claim = 'not_checkable' then 1 else 0 end) as count_not_checkable,
        sum(case when verified_reason_code like '%.UNVERIFIED' then 1 else 0 end) as count_unverified,
    from calls
    group by
        week_start_date,
        stated_reason_group

),

with_checkable as (

    select
        *,
        count_confirmed + count_contradicted as count_checkable,
    from by_group

)

select
    week_start_date,
    stated_reason_group,
    count_claims,
    cast(count_confirmed as bigint) as count_confirmed,
    cast(count_contradicted as bigint) as count_contradicted,
    cast(count_not_checkable as bigint) as count_not_checkable,
    cast(count_unverified as bigint) as count_unverified,
    count_checkable / count_claims as checkable_share,
    case when count_checkable > 0 then count_contradicted / count_checkable end as contradicted_rate,
    {{ wilson_low('count_contradicted', 'count_checkable') }} as ci_low,
    {{ wilson_high('count_contradicted', 'count_checkable') }} as ci_high,
from with_checkable

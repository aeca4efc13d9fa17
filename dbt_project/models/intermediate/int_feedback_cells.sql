with

calls as (

    select * from {{ ref('fct_calls') }}
    where is_engaged_inbound

),

-- counted once over everything that a party or a stratum can be; the parties are read from these few rows
counted as (

    select
        week_start_date,
        reason_code,
        carrier,
        region,
        warehouse,
        product_category,
        segment,
        count(*) as calls,
        sum(handle_seconds) / 60 as handle_minutes,
        sum(case when created_ticket then 1 else 0 end) as tickets,
    from calls
    group by
        week_start_date,
        reason_code,
        carrier,
        region,
        warehouse,
        product_category,
        segment

),

party_levels as (

    select distinct feedback_owners.party_level
    from {{ ref('feedback_owners') }} as feedback_owners

),

with_party as (

    select
        counted.*,
        party_levels.party_level,
        {{ feedback_party('party_levels.party_level', 'counted') | indent(8) }} as party,
    from counted
    cross join party_levels

)

select
    week_start_date,
    party_level,
    party,
    reason_code,
    segment,
    product_category,
    cast(sum(calls) as bigint) as calls,
    round(sum(handle_minutes), 6) as handle_minutes,
    cast(sum(tickets) as bigint) as tickets,
from with_party
where party is not null
group by
    week_start_date,
    party_level,
    party,
    reason_code,
    segment,
    product_category

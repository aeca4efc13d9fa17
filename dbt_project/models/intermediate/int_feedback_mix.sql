with

cells as (

    select * from {{ ref('int_feedback_cells') }}

),

owners as (

    select * from {{ ref('feedback_owners') }}

),

calendar_weeks as (

    select * from {{ ref('int_calendar_weeks') }}

),

-- only changes that are worth explaining: the pairs of a week and its weeks before are many
changed as (

    select * from {{ ref('int_feedback_weeks') }}
    where
        rate < control_low
        or rate > control_high

),

strata as (

    select
        cells.week_start_date,
        cells.party_level,
        cells.party,
        cells.segment,
        cells.product_category,
        cast(sum(cells.calls) as double) as calls,
    from cells
    group by
        cells.week_start_date,
        cells.party_level,
        cells.party,
        cells.segment,
        cells.product_category

),

reasons as (

    select
        cells.week_start_date,
        owners.owner,
        cells.party_level,
        cells.party,
        cells.reason_code,
        cells.segment,
        cells.product_category,
        cast(cells.calls as double) as volume,
    from cells
    inner join owners
        on
            cells.reason_code = owners.reason_code
            and cells.party_level = owners.party_level

),

-- each changed week beside the weeks that it is compared with
compared_strata as (

    select
        changed.week_start_date,
        changed.owner,
        changed.party_level,
        changed.party,
        changed.reason_code,
        changed.calls as calls_now,
        changed.calls_before,
        strata.week_start_date as seen_in,
        strata.week_start_date = changed.week_start_date as is_now,
        strata.segment,
        strata.product_category,
        strata.calls,
    from changed
    inner join strata
        on
            changed.party_level = strata.party_level
            and changed.party = strata.party
    left join calendar_weeks
        on strata.week_start_date = calendar_weeks.week_start_date
    where
        -- the weeks before are ordinary ones
        (strata.week_start_date = changed.week_start_date or calendar_weeks.week_start_date is null)
        and strata.week_start_date <= changed.week_start_date
        and strata.week_start_date >= cast(changed.week_start_date - interval {{ 7 * (trailing_weeks() | int) }} day as date)

),

summed as (

    select
        compared_strata.week_start_date,
        compared_strata.owner,
        compared_strata.party_level,
        compared_strata.party,
        compared_strata.reason_code,
        compared_strata.segment,
        compared_strata.product_category,
        max(compared_strata.calls_now) as all_calls,
        max(compared_strata.calls_before) as all_calls_before,
        sum(case when compared_strata.is_now then compared_strata.calls else 0 end) as calls,
        sum(case when compared_strata.is_now then 0 else compared_strata.calls end) as calls_before,
        sum(case when compared_strata.is_now then coalesce(reasons.volume, 0) else 0 end) as volume,
        sum(case when compared_strata.is_now then 0 else coalesce(reasons.volume, 0) end) as volume_before,
    from compared_strata
    left join reasons
        on
            compared_strata.seen_in = reasons.week_start_date
            and compared_strata.owner = reasons.owner
            and compared_strata.party_level = reasons.party_level
            and compared_strata.party = reasons.party
            and compared_strata.reason_code = reasons.reason_code
            and compared_strata.segment = reasons.segment
            and compared_strata.product_category = reasons.product_category
    group by
        compared_strata.week_start_date,
        compared_strata.owner,
        compared_strata.party_level,
        compared_strata.party,
        compared_strata.reason_code,
        compared_strata.segment,
        compared_strata.product_category

),

-- a stratum that one side does not have brings the other side's rate: its coming or going is a change of mix
rated as (

    select
        *,
        calls / all_calls as weight,
        calls_before / all_calls_before as weight_before,
        coalesce(volume / nullif(calls, 0), volume_before / nullif(calls_before, 0)) as rate,
        coalesce(volume_before / nullif(calls_before, 0), volume / nullif(calls, 0)) as rate_before,
    from summed

)

select
    week_start_date,
    owner,
    party_level,
    party,
    reason_code,
    -- plus zero: no part is minus nothing
    {{ settled('sum((weight - weight_before) * (rate + rate_before) / 2)') }} + 0.0 as mix_part,
    {{ settled('sum((rate - rate_before) * (weight + weight_before) / 2)') }} + 0.0 as rate_part,
from rated
group by
    week_start_date,
    owner,
    party_level,
    party,
    reason_code

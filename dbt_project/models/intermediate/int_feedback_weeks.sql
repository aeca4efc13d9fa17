with

cells as (

    select * from {{ ref('int_feedback_cells') }}

),

owners as (

    select * from {{ ref('feedback_owners') }}

),

rules as (

    select * from {{ ref('int_feedback_rules') }}

),

-- a sale or a holiday is no ordinary week: it is judged by those before it, and is none of those for the weeks after it
calendar_weeks as (

    select * from {{ ref('int_calendar_weeks') }}

),

party_weeks as (

    select
        week_start_date,
        party_level,
        party,
        sum(calls) as calls,
    from cells
    group by
        week_start_date,
        party_level,
        party

),

reason_weeks as (

    select
        cells.week_start_date,
        owners.owner,
        owners.party_level,
        cells.party,
        owners.reason_code,
        sum(cells.calls) as volume,
        round(sum(cells.handle_minutes), 6) as handle_minutes,
        sum(cells.tickets) as tickets,
    from cells
    inner join owners
        on
            cells.reason_code = owners.reason_code
            and cells.party_level = owners.party_level
    group by
        cells.week_start_date,
        owners.owner,
        owners.party_level,
        cells.party,
        owners.reason_code

),

items as (

    select
        owner,
        party_level,
        party,
        reason_code,
        min(week_start_date) as first_week_start_date,
    from reason_weeks
    group by
        owner,
        party_level,
        party,
        reason_code

),

-- an item stands in every week in which its party had calls, so that a reason that fell silent is seen too
series as (

    select
        party_weeks.week_start_date,
        {{ week_number('party_weeks.week_start_date') }} as week_no,
        items.owner,
        items.party_level,
        items.party,
        items.reason_code,
        -- before anybody called about it nobody could judge it: it must not count among the items of such a week
        party_weeks.week_start_date >= items.first_week_start_date as is_known,
        cast(party_weeks.calls as double) as calls,
        cast(coalesce(reason_weeks.volume, 0) as double) as volume,
        coalesce(reason_weeks.handle_minutes, 0.0) as handle_minutes,
        coalesce(reason_weeks.tickets, 0) as tickets,
        calendar_weeks.calendar_events,
        case when calendar_weeks.week_start_date is null then 1 else 0 end as is_ordinary,
    from items
    inner join party_weeks
        on
            items.party_level = party_weeks.party_level
            and items.party = party_weeks.party
    left join reason_weeks
        on
            items.owner = reason_weeks.owner
            and items.party_level = reason_weeks.party_level
            and items.party = reason_weeks.party
            and items.reason_code = reason_weeks.reason_code
            and party_weeks.week_start_date = reason_weeks.week_start_date
    left join calendar_weeks
        on party_weeks.week_start_date = calendar_weeks.week_start_date

),

with_trailing as (

    select
        *,
        cast(coalesce(sum(is_ordinary) over past, 0) as bigint) as weeks_before,
        coalesce(sum(calls * is_ordinary) over past, 0) as calls_before,
        coalesce(sum(volume * is_ordinary) over past, 0) as volume_before,
    from series
    window past as (
        partition by owner, party_level, party, reason_code
        order by week_no
        range between {{ trailing_weeks() }} preceding and 1 preceding
    )

),

with_distance as (

    select
        *,
        case
            when calls_before > 0
                then {{ arcsine_z('volume', 'calls', 'volume_before', 'calls_before') }}
        end as distance,
    from with_trailing

),

with_range as (

    select
        *,
        case
            when is_ordinary = 1
                then abs(distance - lag(distance) over (
                    partition by owner, party_level, party, reason_code, is_ordinary
                    order by week_start_date
                ))
        end as moving_range,
    from with_distance

),

-- Laney: weeks of one party differ by more than chance, and by how much the weeks before say. A range counts as at most
-- three, so that one true change does not hide the next; the first week has none, which is not the largest there is.
with_dispersion as (

    select
        *,
        greatest(
            coalesce(
                avg(case when moving_range is not null then least(moving_range, 3.0) end) over past / 1.128, 1.0
            ),
            1.0
        ) as dispersion,
    from with_range
    window past as (
        partition by owner, party_level, party, reason_code
        order by week_no
        range between {{ trailing_weeks() }} preceding and 1 preceding
    )

),

judged as (

    select
        with_dispersion.*,
        with_dispersion.volume_before / nullif(with_dispersion.calls_before, 0) as rate_before,
        case
            when
                not with_dispersion.is_known
                or with_dispersion.weeks_before < rules.least_weeks
                or with_dispersion.calls < rules.least_calls
                then 'not judged'
            when with_dispersion.weeks_before < {{ trailing_weeks() }} then 'learning'
            else 'baseline'
        end as basis,
        case
            when with_dispersion.weeks_before < {{ trailing_weeks() }} then rules.learning_sigmas
            else rules.limit_sigmas
        end as sigmas,
        rules.false_discovery_rate,
    from with_dispersion
    cross join rules

),

with_p as (

    select
        *,
        case
            when basis <> 'not judged'
                then least(2 * {{ normal_tail('distance / dispersion') }}, 1.0)
        end as p_value,
        -- two imagined calls, one of them with the reason: a reason never seen before is not impossible
        sigmas * dispersion * sqrt(
            (volume_before + 1) / (calls_before + 2) * (1 - (volume_before + 1) / (calls_before + 2))
            * (1 / calls + 1 / nullif(calls_before, 0))
        ) as limit_distance,
    from judged

),

ranked as (

    select
        *,
        count(p_value) over (partition by week_start_date) as count_judged,
        count(p_value) over (partition by week_start_date order by p_value nulls last) as p_rank,
    from with_p

),

-- Benjamini and Hochberg: the smallest rate of false discoveries at which the item would be among the discoveries
with_q as (

    select
        *,
        case
            when p_value is not null
                then least(min(p_value * count_judged / p_rank) over (
                    partition by week_start_date
                    order by p_value desc nulls first
                    range between unbounded preceding and current row
                ), 1.0)
        end as q_value,
        case when basis <> 'not judged' then greatest(rate_before - limit_distance, 0.0) end as control_low,
        case when basis <> 'not judged' then least(rate_before + limit_distance, 1.0) end as control_high,
    from ranked

)

select
    {{ feedback_id('with_q') }} as feedback_id,
    week_start_date,
    owner,
    party_level,
    party,
    reason_code,
    cast(volume as bigint) as volume,
    cast(calls as bigint) as calls,
    volume / calls as rate,
    handle_minutes,
    cast(tickets as bigint) as tickets,
    weeks_before,
    cast(volume_before as bigint) as volume_before,
    cast(calls_before as bigint) as calls_before,
    rate_before,
    basis,
    {{ settled('dispersion') }} as dispersion,
    control_low,
    control_high,
    sigmas,
    calendar_events,
    {{ settled('distance / dispersion') }} as distance,
    p_value,
    q_value,
    coalesce(
        q_value <= false_discovery_rate and (volume / calls < control_low or volume / calls > control_high), false
    ) as is_real,
from with_q

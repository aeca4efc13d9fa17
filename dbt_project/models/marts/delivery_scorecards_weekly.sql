with

run_context as (

    select * from {{ ref('stg_run_context') }}

),

weekly as (

    select * from {{ ref('int_lane_lates') }}

),

weeks as (

    select distinct week_start_date from weekly

),

-- each week alone, and with the twelve before it: one week is thin for a small carrier
periods as (

    select
        'week' as period,
        weeks.week_start_date,
        weeks.week_start_date as member_week,
    from weeks

    union all

    select
        '13 weeks' as period,
        weeks.week_start_date,
        cast(weeks.week_start_date - interval 7 day * cast(spine.replicate as integer) as date) as member_week,
    from weeks
    cross join {{ integer_spine(0, 12) }} as spine

),

cells as (

    select
        periods.period,
        periods.week_start_date,
        weekly.scope,
        weekly.subject,
        sum(weekly.units) as units,
        sum(weekly.lates) as lates,
        sum(weekly.own_lates) as own_lates,
        sum(weekly.expected) as expected,
        sum(weekly.variance) as variance,
    from periods
    inner join weekly
        on periods.member_week = weekly.week_start_date
    group by
        periods.period,
        periods.week_start_date,
        weekly.scope,
        weekly.subject

),

-- how much more subjects and weeks scatter than chance allows (Spiegelhalter): a tenth at either end is pulled in, so that
-- the one that is really bad does not hide itself
scores as (

    select
        periods.week_start_date,
        weekly.scope,
        (weekly.lates - weekly.expected) / sqrt(weekly.variance) as score,
    from periods
    inner join weekly
        on periods.member_week = weekly.week_start_date
    where
        periods.period = '13 weeks'
        and weekly.variance > 0

),

score_bounds as (

    select
        week_start_date,
        scope,
        {{ percentiles('score', [0.1, 0.9]) }} as bounds,
    from scores
    group by
        week_start_date,
        scope

),

dispersions as (

    select
        scores.week_start_date,
        scores.scope,
        greatest(
            1.0,
            avg(power(least(greatest(scores.score, score_bounds.bounds[1]), score_bounds.bounds[2]), 2))
        ) as dispersion,
    from scores
    inner join score_bounds
        on
            scores.week_start_date = score_bounds.week_start_date
            and scores.scope = score_bounds.scope
    group by
        scores.week_start_date,
        scores.scope

),

rated as (

    select
        cells.*,
        coalesce(dispersions.dispersion, 1.0) as dispersion,
        cells.lates / cells.units as crude_share,
        sum(cells.lates) over whole_shop / sum(cells.units) over whole_shop as pool_share,
        cells.lates / nullif(cells.expected, 0) as adjusted_ratio,
    from cells
    left join dispersions
        on
            cells.week_start_date = dispersions.week_start_date
            and cells.scope = dispersions.scope
    window whole_shop as (partition by cells.period, cells.week_start_date, cells.scope)

),

-- pairs of a handful of carriers or warehouses whose order by the crude share is the reverse of the adjusted one
flips as (

    select
        rated.period,
        rated.week_start_date,
        rated.scope,
        rated.subject,
        count(*) as count_order_flips,
    from rated
    inner join rated as others
        on
            rated.period = others.period
            and rated.week_start_date = others.week_start_date
            and rated.scope = others.scope
    where
        rated.units >= 30
        and others.units >= 30
        and (rated.crude_share - others.crude_share) * (rated.adjusted_ratio - others.adjusted_ratio) < 0
    group by
        rated.period,
        rated.week_start_date,
        rated.scope,
        rated.subject

),

limited as (

    select
        rated.*,
        rated.crude_share / nullif(rated.pool_share, 0) as crude_ratio,
        {{ poisson_low('rated.lates') }} as lates_low,
        {{ poisson_high('rated.lates') }} as lates_high,
        sqrt(rated.dispersion * rated.variance) / nullif(rated.expected, 0) as funnel_sd,
        coalesce(flips.count_order_flips, 0) as count_order_flips,
    from rated
    left join flips
        on
            rated.period = flips.period
            and rated.week_start_date = flips.week_start_date
            and rated.scope = flips.scope
            and rated.subject = flips.subject

)

select
    scope,
    subject,
    period,
    week_start_date,
    cast(units as bigint) as units,
    cast(lates as bigint) as lates,
    cast(own_lates as bigint) as own_lates,
    {{ settled('crude_share') }} as crude_share,
    {{ settled('crude_ratio') }} as crude_ratio,
    {{ settled('expected') }} as expected_lates,
    {{ settled('adjusted_ratio') }} as adjusted_ratio,
    {{ settled('lates_low / nullif(expected, 0)') }} as ci_low,
    {{ settled('lates_high / nullif(expected, 0)') }} as ci_high,
    {{ settled('dispersion') }} as dispersion,
    {{ settled(
        'case when funnel_sd is not null then greatest(1 - 1.959963984540054 * funnel_sd, 0.0) end'
    ) }} as limit_95_low,
    {{ settled('1 + 1.959963984540054 * funnel_sd') }} as limit_95_high,
    {{ settled(
        'case when funnel_sd is not null then greatest(1 - 3.090232306167813 * funnel_sd, 0.0) end'
    ) }} as limit_998_low,
    {{ settled('1 + 3.090232306167813 * funnel_sd') }} as limit_998_high,
    case
        when adjusted_ratio is null then 'unknown'
        when adjusted_ratio > 1 + 3.090232306167813 * funnel_sd then 'worse_998'
        when adjusted_ratio > 1 + 1.959963984540054 * funnel_sd then 'worse_95'
        when adjusted_ratio < 1 - 3.090232306167813 * funnel_sd then 'better_998'
        when adjusted_ratio < 1 - 1.959963984540054 * funnel_sd then 'better_95'
        else 'inside'
    end as standing,
    units >= 30 as is_rankable,
    cast(count_order_flips as bigint) as count_order_flips,
    -- crude figures that chance does not explain, while lanes, services and weeks explain them
    count_order_flips > 0
    and (
        (lates_low / (units * pool_share) > 1 and adjusted_ratio <= 1 + 1.959963984540054 * funnel_sd)
        or (lates_high / (units * pool_share) < 1 and adjusted_ratio >= 1 - 1.959963984540054 * funnel_sd)
    ) as is_simpson,
    (week_start_date < {{ week_start('run_context.as_of') }}) as is_final,
from limited
cross join run_context

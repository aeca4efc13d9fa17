with

cells as (

    select * from {{ ref('int_launch_cells') }}

),

scoped as (

    select
        cells.*,
        {{ launch_scope_of_unit() }} as scope_id,
    from cells
    {{ launch_key_joins('cells.workflow', 'cells.source', 'cells.segment') | indent(4) }}

),

-- the first hundred runs together, for the second gate
phased as (

    select * from scoped

    union all

    select * replace ('pilot' as phase)
    from scoped
    where phase in ('first_50', 'first_100')

),

pooled as (

    select
        metric_id,
        kind,
        scope_id,
        phase,
        cast(sum(units) as double) as units,
        round(sum(total), 6) as total,
        round(sum(total_squares), 6) as total_squares,
        round(sum(other_units), 6) as other_units,
        round(sum(other_total), 6) as other_total,
        round(sum(other_squares), 6) as other_squares,
        round(sum(weight), 6) as weight,
        round(sum(weight_squares), 6) as weight_squares,
        round(sum(products), 6) as products,
        max(case when weight <> 0 then 1 else 0 end) = 1 as is_sum_over_sum,
        sum(count_waiting) as count_waiting,
    from phased
    where scope_id is not null
    group by
        metric_id,
        kind,
        scope_id,
        phase

),

-- sums of amounts over sums of weights, and of the other arm the number of equal units that is worth as much (Kish)
with_shares as (

    select
        *,
        case when is_sum_over_sum then total / nullif(weight, 0) end as weighed_value,
        case when is_sum_over_sum then weight * weight / nullif(weight_squares, 0) end as effective_units,
        case when other_units = other_squares then other_units else other_units * other_units / other_squares end
            as other_effective_units,
    from pooled

),

-- the spread of amount - value x weight is that of a ratio of two means (Taylor), whatever units weigh
with_residuals as (

    select
        *,
        greatest(
            total_squares - 2 * weighed_value * products + weighed_value * weighed_value * weight_squares, 0.0
        ) as residual_squares,
    from with_shares

),

-- variance of one unit: of a share with two units of each kind added, so that 0 of 50 is not taken for certain
with_variance as (

    select
        *,
        case
            when units = 0 then null
            when kind in ('proportion', 'survival', 'count')
                then (total + 2) / (units + 4) * (1 - (total + 2) / (units + 4))
            when kind = 'rate' then (total + 1) / units
            when kind = 'weighted'
                then (weighed_value * effective_units + 2) / (effective_units + 4)
                    * (1 - (weighed_value * effective_units + 2) / (effective_units + 4)) * units / effective_units
            when kind in ('mean', 'ratio') and is_sum_over_sum and units > 1
                then residual_squares * units * units / ((units - 1) * weight * weight)
            when kind in ('mean', 'recurrence') and not is_sum_over_sum and units > 1
                then greatest(total_squares - total * total / units, 0.0) / (units - 1)
        end as unit_variance,
    from with_residuals

),

-- a weighed value is published as value x units over units, as in metric_weekly
counted as (

    select
        metric_id,
        kind,
        scope_id,
        phase,
        case when is_sum_over_sum then round(weighed_value * units, 6) else total end as numerator,
        units as denominator,
        case
            when kind = 'difference' then total / nullif(units, 0) - other_total / nullif(other_units, 0)
            when is_sum_over_sum then weighed_value
            -- units without any weight have no share of it
            when kind in ('weighted', 'ratio') then null
            else total / nullif(units, 0)
        end as value,
        case
            when kind in ('proportion', 'survival', 'count') then {{ wilson_low('total', 'units') }}
            when units = 0 then null
            when kind = 'weighted' then {{ wilson_low('(weighed_value * effective_units)', 'effective_units') }}
            when kind = 'ratio' and unit_variance is not null
                then greatest(weighed_value - {{ z95() }} * sqrt(unit_variance / units), 0.0)
            when kind = 'rate' then {{ poisson_low('total') }} / units
            when kind = 'difference' and other_units > 0
                then {{ newcombe_low(
                    'total', 'units', '(other_total / other_units * other_effective_units)', 'other_effective_units'
                ) }}
            when kind not in ('difference', 'ratio')
                then coalesce(weighed_value, total / units) - {{ z95() }} * sqrt(unit_variance / units)
        end as ci_low,
        case
            when kind in ('proportion', 'survival', 'count') then {{ wilson_high('total', 'units') }}
            when units = 0 then null
            when kind = 'weighted' then {{ wilson_high('(weighed_value * effective_units)', 'effective_units') }}
            when kind = 'ratio' and unit_variance is not null
                then least(weighed_value + {{ z95() }} * sqrt(unit_variance / units), 1.0)
            when kind = 'rate' then {{ poisson_high('total') }} / units
            when kind = 'difference' and other_units > 0
                then {{ newcombe_high(
                    'total', 'units', '(other_total / other_units * other_effective_units)', 'other_effective_units'
                ) }}
            when kind not in ('difference', 'ratio')
                then coalesce(weighed_value, total / units) + {{ z95() }} * sqrt(unit_variance / units)
        end as ci_high,
        unit_variance,
        count_waiting,
    from with_variance

),

medians as (

    select
        metric_id,
        'duration' as kind,
        scope_id,
        phase,
        cast(events as double) as numerator,
        cast(units as double) as denominator,
        median as value,
        median_low as ci_low,
        median_high as ci_high,
        null::double as unit_variance,
        count_waiting,
    from {{ ref('int_launch_medians') }}
    where scope_id is not null

),

all_kinds as (

    select * from counted

    union all

    select * from medians

)

select
    all_kinds.*,
    coalesce(sqrt(unit_variance / nullif(denominator, 0)), (ci_high - ci_low) / (2 * {{ z95() }})) as standard_error,
from all_kinds

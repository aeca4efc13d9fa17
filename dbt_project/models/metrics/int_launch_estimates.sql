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
        cast(sum(other_units) as double) as other_units,
        sum(other_total) as other_total,
        sum(count_waiting) as count_waiting,
    from phased
    where scope_id is not null
    group by
        metric_id,
        kind,
        scope_id,
        phase

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
            when kind in ('mean', 'recurrence') and units > 1
                then greatest(total_squares - total * total / units, 0.0) / (units - 1)
        end as unit_variance,
    from pooled

),

counted as (

    select
        metric_id,
        kind,
        scope_id,
        phase,
        total as numerator,
        units as denominator,
        case
            when kind = 'difference' then total / nullif(units, 0) - other_total / nullif(other_units, 0)
            else total / nullif(units, 0)
        end as value,
        case
            when kind in ('proportion', 'survival', 'count') then {{ wilson_low('total', 'units') }}
            when units = 0 then null
            when kind = 'rate' then {{ poisson_low('total') }} / units
            when kind = 'difference' and other_units > 0
                then {{ newcombe_low('total', 'units', 'other_total', 'other_units') }}
            when kind <> 'difference' then total / units - {{ z95() }} * sqrt(unit_variance / units)
        end as ci_low,
        case
            when kind in ('proportion', 'survival', 'count') then {{ wilson_high('total', 'units') }}
            when units = 0 then null
            when kind = 'rate' then {{ poisson_high('total') }} / units
            when kind = 'difference' and other_units > 0
                then {{ newcombe_high('total', 'units', 'other_total', 'other_units') }}
            when kind <> 'difference' then total / units + {{ z95() }} * sqrt(unit_variance / units)
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

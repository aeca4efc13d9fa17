-- The cells of one dimension are a partition of the units: their counts add up to the slice 'all', whatever the dimension.
-- Numerators of a rate are left out: a cell that opened an exception with nothing in flight has no row of its own; those of a
-- weighted share, a ratio or a deflection too: units stand for different numbers. So are differences: a cell without units of both arms has none.
{{ config(meta={'dagster': {'ref': {'name': 'metric_weekly'}}}) }}
with

metric_weekly as (

    select * from {{ ref('metric_weekly') }}
    where
        strpos(slice_by, '+') = 0
        and denominator > 0

),

registry as (

    select * from {{ ref('dim_metrics') }}

),

sums as (

    select
        metric_weekly.metric_id,
        metric_weekly.week_start_date,
        metric_weekly.slice_by,
        sum(metric_weekly.denominator) as denominator,
        sum(case when registry.kind in ('rate', 'weighted', 'ratio', 'deflection') then 0 else metric_weekly.numerator end) as numerator,
    from metric_weekly
    inner join registry
        on metric_weekly.metric_id = registry.metric_id
    where registry.kind <> 'difference'
    group by
        metric_weekly.metric_id,
        metric_weekly.week_start_date,
        metric_weekly.slice_by

)

select
    parts.metric_id,
    parts.week_start_date,
    parts.slice_by,
    parts.denominator,
    totals.denominator as denominator_of_all,
    parts.numerator,
    totals.numerator as numerator_of_all,
from sums as parts
inner join sums as totals
    on
        parts.metric_id = totals.metric_id
        and parts.week_start_date = totals.week_start_date
        and totals.slice_by = 'all'
where
    parts.denominator <> totals.denominator
    -- sums of seconds are floats
    or abs(parts.numerator - totals.numerator) > 1e-6 * greatest(abs(totals.numerator), 1)

with

run_context as (

    select * from {{ ref('stg_run_context') }}

),

metric_weeks as (

    select * from {{ ref('int_metric_weeks') }}

),

registry as (

    select * from {{ ref('dim_metrics') }}

),

counted as (

    {%- for model in metric_part_models() %}
    select * from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

weeks_with_units as (

    select distinct
        counted.metric_id,
        counted.week_start_date,
    from counted
    where counted.slice_by = 'all'

),

-- a week without any unit has no value, and says so in one row instead of missing from the series
empty_weeks as (

    select
        metric_weeks.metric_id,
        metric_weeks.week_start_date,
        'all' as slice_by,
        {%- for dimension in metric_dimensions() %}
        '(all)' as {{ dimension }},
        {%- endfor %}
        0.0 as numerator,
        0 as denominator,
        null::double as value,
        null::double as ci_low,
        null::double as ci_high,
        null::double as median,
        null::double as p90,
        null::double as sd,
        false as is_truncated,
    from metric_weeks
    left join weeks_with_units
        on
            metric_weeks.metric_id = weeks_with_units.metric_id
            and metric_weeks.week_start_date = weeks_with_units.week_start_date
    where weeks_with_units.metric_id is null

),

all_cells as (

    select * from counted

    union all

    select * from empty_weeks

)

select
    all_cells.metric_id,
    registry.metric_version,
    all_cells.week_start_date,
    all_cells.slice_by,
    {%- for dimension in metric_dimensions() %}
    all_cells.{{ dimension }},
    {%- endfor %}
    all_cells.numerator,
    all_cells.denominator,
    all_cells.value,
    all_cells.ci_low,
    all_cells.ci_high,
    metric_weeks.maturity,
    all_cells.denominator >= 30 as is_rankable,
    run_context.snapshot_id,
    all_cells.median,
    all_cells.p90,
    all_cells.sd,
    all_cells.is_truncated,
from all_cells
inner join registry
    on all_cells.metric_id = registry.metric_id
inner join metric_weeks
    on
        all_cells.metric_id = metric_weeks.metric_id
        and all_cells.week_start_date = metric_weeks.week_start_date
cross join run_context
where
    metric_weeks.maturity = 'final'
    or metric_weeks.is_published_provisional

{#
    difference: two arms side by side in each cell; a cell without units of both has no difference and is left out. Where
    a row of the fact stands for several units, `units` is their number and `numerator` that of their events. `weight` is
    what a unit of the other arm counts, to give both arms the same mix; its interval takes the effective number of units
    of Kish, (sum of weights)^2 / sum of squared weights.
#}
{% macro difference_metrics(fact) %}
{% set place = metric_facts()[fact] %}
with

units as (

    select * from {{ ref(place.relation) }}

),

metric_weeks as (

    select * from {{ ref('int_metric_weeks') }}

),

sliced as (

    {%- for metric in metrics_of(fact, ['difference']) %}
    {%- set units = metric.units or '1' %}
    {%- set events = metric.numerator if metric.units else 'case when ' ~ metric.numerator ~ ' then 1 else 0 end' %}
    {%- set weighing = ' * ' ~ metric.weight if metric.weight else '' %}
    select
        '{{ metric.id }}' as metric_id,
        {{ place.week }} as week_start_date,
        {{ slice_bits(place.dimensions) }},
        {{ place.dimensions | join(', ') }},
        sum(case when {{ metric.arm }} then {{ units }} else 0 end) as units,
        sum(case when {{ metric.arm }} then {{ events }} else 0 end) as events,
        -- engines add floats in any order: rounding keeps two runs on the same rows equal to the last digit
        {%- set digits = 9 if metric.weight else 0 %}
        round(sum(case when {{ metric.arm }} then 0 else {{ units ~ weighing }} end), {{ digits }}) as weighed_units,
        round(sum(case when {{ metric.arm }} then 0 else ({{ events }}){{ weighing }} end), {{ digits }})
            as weighed_events,
        round(sum(case when {{ metric.arm }} then 0 else {{ units ~ weighing ~ weighing }} end), {{ digits }})
            as squared_weights,
    from units
    where
        {{ place.week }} is not null
        and {{ metric.denominator }}
    group by {{ slice_grouping(place.dimensions, [place.week]) | indent(4) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- without weights the effective number of units is their number, to the last bit
effective as (

    select
        *,
        case
            when weighed_units = squared_weights then weighed_units
            else weighed_units * weighed_units / squared_weights
        end as other_units,
        case
            when weighed_units = squared_weights then weighed_events
            else weighed_events * weighed_units / squared_weights
        end as other_events,
    from sliced
    where
        units > 0
        and weighed_units > 0

)

select
    effective.metric_id,
    effective.week_start_date,
    {{ slice_columns(place.dimensions) | indent(4) }}
    round(cast(events - units * other_events / other_units as double), 6) as numerator,
    cast(units as bigint) as denominator,
    events / units - other_events / other_units as value,
    {{ newcombe_low('events', 'units', 'other_events', 'other_units') }} as ci_low,
    {{ newcombe_high('events', 'units', 'other_events', 'other_units') }} as ci_high,
    null::double as median,
    null::double as p90,
    null::double as sd,
    false as is_truncated,
from effective
inner join metric_weeks
    on
        effective.metric_id = metric_weeks.metric_id
        and effective.week_start_date = metric_weeks.week_start_date
{% endmacro %}

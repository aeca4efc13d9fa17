{# difference: two arms side by side in each cell; a cell without units of both has no difference and is left out. #}
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
    select
        '{{ metric.id }}' as metric_id,
        {{ place.week }} as week_start_date,
        {{ slice_bits(place.dimensions) }},
        {{ place.dimensions | join(', ') }},
        sum(case when {{ metric.arm }} then 1 else 0 end) as units,
        sum(case when ({{ metric.arm }}) and {{ metric.numerator }} then 1 else 0 end) as events,
        sum(case when {{ metric.arm }} then 0 else 1 end) as other_units,
        sum(case when not ({{ metric.arm }}) and {{ metric.numerator }} then 1 else 0 end) as other_events,
    from units
    where
        {{ place.week }} is not null
        and {{ metric.denominator }}
    group by {{ slice_grouping(place.dimensions, [place.week]) | indent(4) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    sliced.metric_id,
    sliced.week_start_date,
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
from sliced
inner join metric_weeks
    on
        sliced.metric_id = metric_weeks.metric_id
        and sliced.week_start_date = metric_weeks.week_start_date
where
    units > 0
    and other_units > 0
{% endmacro %}

{# SQL of the metric models, written from metric_definitions(). Each yields the columns of one layout, so that
   metric_weekly is a plain union: metric_id, the cell columns, numerator, denominator, value, ci_low, ci_high, median,
   p90, sd, is_truncated. #}


{# proportion, count, rate, and the final weeks of survival: counted once per cell of all dimensions, then rolled up. #}
{% macro counted_metrics(fact) %}
{% set place = metric_facts()[fact] %}
{% set metrics = metrics_of(fact, ['proportion', 'survival', 'count', 'rate']) %}
with

units as (

    select * from {{ ref(place.relation) }}
    where
        {{ place.week }} is not null
        and (
            {%- for metric in metrics %}
            {{ 'or ' if not loop.first }}({{ 'true' if metric.kind == 'rate' else metric.denominator }})
            {%- endfor %}
        )

),

metric_weeks as (

    select * from {{ ref('int_metric_weeks') }}

),

cells as (

    select
        {{ place.week }} as week_start_date,
        {{ place.dimensions | join(', ') }},
        {%- for metric in metrics %}
        {%- if metric.kind == 'rate' %}
        sum({{ metric.denominator }}) as denominator_{{ loop.index }},
        sum({{ metric.numerator }}) as numerator_{{ loop.index }},
        {%- else %}
        sum(case when {{ metric.denominator }} then 1 else 0 end) as denominator_{{ loop.index }},
        sum(case when ({{ metric.denominator }}) and {{ metric.numerator }} then 1 else 0 end)
            as numerator_{{ loop.index }},
        {%- endif %}
        {%- endfor %}
    from units
    group by
        {{ place.week }},
        {{ place.dimensions | join(', ') }}

),

sliced as (

    select
        week_start_date,
        {{ slice_bits(place.dimensions) }},
        {{ place.dimensions | join(', ') }},
        {%- for metric in metrics %}
        cast(sum(denominator_{{ loop.index }}) as bigint) as denominator_{{ loop.index }},
        cast(sum(numerator_{{ loop.index }}) as bigint) as numerator_{{ loop.index }},
        {%- endfor %}
    from cells
    group by {{ slice_grouping(place.dimensions, ['week_start_date']) | indent(4) }}

),

named as (

    select
        week_start_date,
        {{ slice_columns(place.dimensions) | indent(8) }}
        {%- for metric in metrics %}
        denominator_{{ loop.index }},
        numerator_{{ loop.index }},
        {%- endfor %}
    from sliced

),

long as (

    {%- for metric in metrics %}
    select
        '{{ metric.id }}' as metric_id,
        '{{ metric.kind }}' as kind,
        {{ cell_columns() }},
        cast(numerator_{{ loop.index }} as double) as numerator,
        denominator_{{ loop.index }} as denominator,
    from named
    -- a rate's numerator counts events of its own, so it can stand where nothing is exposed: shown, without a value
    where denominator_{{ loop.index }} > 0{{ ' or numerator_' ~ loop.index ~ ' > 0' if metric.kind == 'rate' }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    long.metric_id,
    {{ cell_columns() | replace('week_start_date', 'long.week_start_date') }},
    long.numerator,
    long.denominator,
    case when kind = 'count' then numerator else numerator / nullif(denominator, 0) end as value,
    case
        when kind = 'count' then {{ poisson_low('numerator') }}
        when kind = 'rate' then {{ poisson_low('numerator') }} / nullif(denominator, 0)
        else {{ wilson_low('numerator', 'denominator') }}
    end as ci_low,
    case
        when kind = 'count' then {{ poisson_high('numerator') }}
        when kind = 'rate' then {{ poisson_high('numerator') }} / nullif(denominator, 0)
        else {{ wilson_high('numerator', 'denominator') }}
    end as ci_high,
    null::double as median,
    null::double as p90,
    null::double as sd,
    false as is_truncated,
from long
inner join metric_weeks
    on
        long.metric_id = metric_weeks.metric_id
        and long.week_start_date = metric_weeks.week_start_date
where
    metric_weeks.maturity = 'final'
    or kind <> 'survival'
{% endmacro %}


{#
    mean, and the final weeks of recurrence. Percentiles cannot be rolled up from cells, so this reads the units. A mean
    with a `weight` is the weighed mean of its units: the numerator is weighed, the denominator counts units, and the
    interval takes their effective number.
#}
{% macro averaged_metrics(fact) %}
{% set place = metric_facts()[fact] %}
with

units as (

    select * from {{ ref(place.relation) }}

),

metric_weeks as (

    select * from {{ ref('int_metric_weeks') }}

),

sliced as (

    {%- for metric in metrics_of(fact, ['mean', 'recurrence']) %}
    select
        '{{ metric.id }}' as metric_id,
        '{{ metric.kind }}' as kind,
        {{ place.week }} as week_start_date,
        {{ slice_bits(place.dimensions) }},
        {{ place.dimensions | join(', ') }},
        -- engines add floats in any order: rounding keeps two runs on the same rows equal to the last digit
        {% if metric.weight -%}
        round(sum({{ metric.weight }} * ({{ metric.numerator }})), 6) as numerator,
        count(*) as denominator,
        round(sum({{ metric.weight }}), 6) as sum_of_weights,
        round(power(sum({{ metric.weight }}), 2) / sum(power({{ metric.weight }}, 2)), 6) as effective_units,
        {%- else -%}
        round(cast(sum({{ metric.numerator }}) as double), 6) as numerator,
        count(*) as denominator,
        cast(count(*) as double) as sum_of_weights,
        cast(count(*) as double) as effective_units,
        {%- endif %}
        round(stddev_samp({{ metric.numerator }}), 9) as sd,
        {{ percentiles(metric.numerator, [0.5, 0.9]) }} as median_and_p90,
    from units
    where {{ metric.denominator }}
    group by {{ slice_grouping(place.dimensions, [place.week]) | indent(4) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    sliced.metric_id,
    sliced.week_start_date,
    {{ slice_columns(place.dimensions) | indent(4) }}
    sliced.numerator,
    sliced.denominator,
    numerator / sum_of_weights as value,
    numerator / sum_of_weights - {{ z95() }} * sd / sqrt(effective_units) as ci_low,
    numerator / sum_of_weights + {{ z95() }} * sd / sqrt(effective_units) as ci_high,
    sliced.median_and_p90[1] as median,
    sliced.median_and_p90[2] as p90,
    sliced.sd,
    false as is_truncated,
from sliced
inner join metric_weeks
    on
        sliced.metric_id = metric_weeks.metric_id
        and sliced.week_start_date = metric_weeks.week_start_date
where
    metric_weeks.maturity = 'final'
    or kind <> 'recurrence'
{% endmacro %}

{#
    weighted: a share of units that stand for others. Published beside the number of units that were looked at; the numerator
    is on their scale. The interval is Wilson's for the effective number of units, (sum of weights)^2 / sum of squares.
#}
{% macro weighted_metrics(fact) %}
{% set place = metric_facts()[fact] %}
with

units as (

    select * from {{ ref(place.relation) }}

),

metric_weeks as (

    select * from {{ ref('int_metric_weeks') }}

),

sliced as (

    {%- for metric in metrics_of(fact, ['weighted']) %}
    select
        '{{ metric.id }}' as metric_id,
        {{ place.week }} as week_start_date,
        {{ slice_bits(place.dimensions) }},
        {{ place.dimensions | join(', ') }},
        count(*) as units,
        -- engines add floats in any order: rounding keeps two runs on the same rows equal to the last digit
        round(cast(sum(case when {{ metric.numerator }} then {{ metric.weight }} else 0 end) as double), 9)
            as weighted_events,
        round(cast(sum({{ metric.weight }}) as double), 9) as weights,
        round(cast(sum({{ metric.weight }} * {{ metric.weight }}) as double), 9) as squared_weights,
    from units
    where
        {{ place.week }} is not null
        and {{ metric.denominator }}
    group by {{ slice_grouping(place.dimensions, [place.week]) | indent(4) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

shares as (

    select
        *,
        weighted_events / weights as share,
        weights * weights / squared_weights as effective_units,
    from sliced

)

select
    shares.metric_id,
    shares.week_start_date,
    {{ slice_columns(place.dimensions) | indent(4) }}
    round(share * units, 9) as numerator,
    cast(units as bigint) as denominator,
    share as value,
    {{ wilson_low('(share * effective_units)', 'effective_units') }} as ci_low,
    {{ wilson_high('(share * effective_units)', 'effective_units') }} as ci_high,
    null::double as median,
    null::double as p90,
    null::double as sd,
    false as is_truncated,
from shares
inner join metric_weeks
    on
        shares.metric_id = metric_weeks.metric_id
        and shares.week_start_date = metric_weeks.week_start_date
{% endmacro %}

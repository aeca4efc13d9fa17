{#
    ratio: the sum of one amount over the sum of another, as a share of money. Published as value x units (numerator) over
    units, so that small cells are seen as small. The interval is that of a ratio of two means: the residuals
    amount - value x weight of the units stand for their spread.
#}
{% macro ratio_metrics(fact) %}
{% set place = metric_facts()[fact] %}
with

units as (

    select * from {{ ref(place.relation) }}

),

metric_weeks as (

    select * from {{ ref('int_metric_weeks') }}

),

sliced as (

    {%- for metric in metrics_of(fact, ['ratio']) %}
    select
        '{{ metric.id }}' as metric_id,
        {{ place.week }} as week_start_date,
        {{ slice_bits(place.dimensions) }},
        {{ place.dimensions | join(', ') }},
        count(*) as denominator,
        -- engines add floats in any order: rounding keeps two runs on the same rows equal to the last digit
        round(cast(sum({{ metric.numerator }}) as double), 6) as amount,
        round(cast(sum({{ metric.weight }}) as double), 6) as weight,
        round(sum(power({{ metric.numerator }}, 2)), 6) as amount_squares,
        round(sum({{ metric.numerator }} * {{ metric.weight }}), 6) as amount_weights,
        round(sum(power({{ metric.weight }}, 2)), 6) as weight_squares,
    from units
    where
        {{ place.week }} is not null
        and {{ metric.denominator }}
    group by {{ slice_grouping(place.dimensions, [place.week]) | indent(4) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

divided as (

    select
        *,
        amount / nullif(weight, 0) as share,
    from sliced

),

with_error as (

    select
        *,
        sqrt(
            greatest(amount_squares - 2 * share * amount_weights + power(share, 2) * weight_squares, 0)
            * denominator / nullif(denominator - 1, 0)
        ) / nullif(weight, 0) as standard_error,
    from divided

)

select
    with_error.metric_id,
    with_error.week_start_date,
    {{ slice_columns(place.dimensions) | indent(4) }}
    coalesce(round(share * denominator, 6), 0.0) as numerator,
    denominator,
    share as value,
    -- a single unit says nothing about its spread
    case when standard_error is not null then greatest(share - {{ z95() }} * standard_error, 0.0) end as ci_low,
    case when standard_error is not null then least(share + {{ z95() }} * standard_error, 1.0) end as ci_high,
    null::double as median,
    null::double as p90,
    null::double as sd,
    false as is_truncated,
from with_error
inner join metric_weeks
    on
        with_error.metric_id = metric_weeks.metric_id
        and with_error.week_start_date = metric_weeks.week_start_date
{% endmacro %}

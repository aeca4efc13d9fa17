{# duration: the time by which half of the units had their event; null while the curve is above one half. #}
{% macro duration_metrics(fact) %}
{% set place = metric_facts()[fact] %}
with

facts as (

    select * from {{ ref(place.relation) }}

),

units as (

    {%- for metric in metrics_of(fact, ['duration']) %}
    select
        '{{ metric.id }}' as metric_id,
        {{ place.week }} as week_start_date,
        {{ place.dimensions | join(', ') }},
        coalesce({{ metric.numerator }}, {{ metric.followup }}) as duration,
        case when {{ metric.numerator }} is not null then 1 else 0 end as is_event,
        case
            when {{ metric.numerator }} is not null or {{ metric.followup }} >= {{ metric.window_hours * 60 }} then 1
            else 0
        end as is_whole_window,
    from facts
    where {{ metric.denominator }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

{{ survival_ctes(place.dimensions) }},

-- the interval of the median: where the band of the curve, not the curve itself, crosses one half
with_band as (

    select
        *,
        coalesce({{ greenwood_bound('survival', 'greenwood_sum', '+') }}, survival) as survival_low,
        coalesce({{ greenwood_bound('survival', 'greenwood_sum', '-') }}, survival) as survival_high,
    from curves

),

medians as (

    select
        metric_id,
        {{ raw_cell_columns(place.dimensions) }},
        cast(sum(count_events) as double) as numerator,
        cast(sum(count_units) as bigint) as denominator,
        min(case when survival <= 0.5 then duration end) as median,
        min(case when survival <= 0.1 then duration end) as p90,
        min(case when survival_low <= 0.5 then duration end) as ci_low,
        min(case when survival_high <= 0.5 then duration end) as ci_high,
        max(is_whole_window) = 0 as is_truncated,
    from with_band
    group by
        metric_id,
        {{ raw_cell_columns(place.dimensions) }}

)

select
    metric_id,
    week_start_date,
    {{ slice_columns(place.dimensions) | indent(4) }}
    numerator,
    denominator,
    median as value,
    ci_low,
    ci_high,
    median,
    p90,
    null::double as sd,
    is_truncated,
from medians
{% endmacro %}

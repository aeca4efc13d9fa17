{# survival in provisional weeks: value = 1 - S(window), flat beyond the last observation. #}
{% macro survival_metrics(fact) %}
{% set place = metric_facts()[fact] %}
with

contacts as (

    select * from {{ ref(place.relation) }}

),

metric_weeks as (

    select * from {{ ref('int_metric_weeks') }}
    where maturity = 'provisional'

),

units as (

    {%- for metric in metrics_of(fact, ['survival']) %}
    select
        '{{ metric.id }}' as metric_id,
        contacts.{{ place.week }} as week_start_date,
        {%- for dimension in place.dimensions %}
        contacts.{{ dimension }},
        {%- endfor %}
        case
            when contacts.{{ metric.numerator }} then contacts.{{ metric.event_hours }}
            else contacts.{{ metric.followup_hours }}
        end as duration,
        case when contacts.{{ metric.numerator }} then 1 else 0 end as is_event,
        case when contacts.{{ metric.followup_hours }} >= {{ metric.window_hours }} then 1 else 0 end
            as is_whole_window,
    from contacts
    inner join metric_weeks
        on
            contacts.{{ place.week }} = metric_weeks.week_start_date
            and metric_weeks.metric_id = '{{ metric.id }}'
    where {{ metric.denominator }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

{{ survival_ctes(place.dimensions) }},

-- survival and the Greenwood sum only move at events, so their last values are the smallest and the largest
window_ends as (

    select
        metric_id,
        {{ raw_cell_columns(place.dimensions) }},
        cast(sum(count_events) as double) as numerator,
        cast(sum(count_units) as bigint) as denominator,
        min(survival) as survival,
        max(greenwood_sum) as greenwood_sum,
        max(is_whole_window) = 0 as is_truncated,
    from curves
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
    round(1 - survival, 12) as value,
    round(1 - {{ greenwood_bound('survival', 'greenwood_sum', '-') }}, 12) as ci_low,
    round(1 - {{ greenwood_bound('survival', 'greenwood_sum', '+') }}, 12) as ci_high,
    null::double as median,
    null::double as p90,
    null::double as sd,
    is_truncated,
from window_ends
{% endmacro %}

{#
    Kaplan and Meier in windows, for every slice at once. Units are first folded by (week, slice, duration), so the windows
    run over distinct durations. At equal durations events come before censorings: a unit censored at t is still at risk
    at t. Needs CTEs named units (metric_id, week_start_date, dimensions, duration, is_event, is_whole_window) and yields
    CTEs named steps, at_risk and curves.
#}
{% macro survival_ctes(dimensions) -%}
steps as (

    select
        metric_id,
        week_start_date,
        {{ slice_bits(dimensions) }},
        {{ dimensions | join(', ') }},
        duration,
        count(*) as count_units,
        cast(sum(is_event) as bigint) as count_events,
        max(is_whole_window) as is_whole_window,
    from units
    group by {{ slice_grouping(dimensions, ['metric_id', 'week_start_date', 'duration']) | indent(4) }}

),

-- one integer stands for the cell: the windows sort by it and not by a dozen texts
keyed as (

    select
        *,
        {{ row_hash(['metric_id'] + dimensions) }} as cell_hash,
    from steps

),

at_risk as (

    select
        *,
        cast(sum(count_units) over (
            partition by week_start_date, slice_bits, cell_hash
            order by duration desc
            rows between unbounded preceding and current row
        ) as bigint) as count_at_risk,
    from keyed

),

-- survival is exactly 0 once everybody at risk had the event: ln of 0 is never taken. Twelve decimals are kept, so that
-- a curve that stands at one half is at one half, whatever the last bits of its logarithms are.
curves as (

    select
        *,
        case
            when
                max(case when count_events = count_at_risk then 1 else 0 end) over so_far = 1
                then 0.0
            else round(exp(sum(
                case
                    when count_events = 0 or count_events = count_at_risk then 0.0
                    else ln(1 - count_events / cast(count_at_risk as double))
                end
            ) over so_far), 12)
        end as survival,
        sum(
            case
                when count_events = count_at_risk then 0.0
                else count_events / (cast(count_at_risk as double) * (count_at_risk - count_events))
            end
        ) over so_far as greenwood_sum,
    from at_risk
    window so_far as (
        partition by week_start_date, slice_bits, cell_hash
        order by duration
        rows between unbounded preceding and current row
    )

)
{%- endmacro %}


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


{#
    recurrence in provisional weeks: the mean cumulative function, sum of events over those still observed at each event
    time. A plain ratio would be low because young orders have not had time for their contacts. No interval: events of one
    order are not independent, and the interval that assumes so is too narrow.
#}
{% macro recurrence_metrics(fact) %}
{% set place = metric_facts()[fact] %}
{% set metric = metrics_of(fact, ['recurrence'])[0] %}
with

orders as (

    select * from {{ ref(place.relation) }}

),

order_contacts as (

    select * from {{ ref('int_order_contacts') }}

),

metric_weeks as (

    select * from {{ ref('int_metric_weeks') }}
    where
        metric_id = '{{ metric.id }}'
        and maturity = 'provisional'

),

young_orders as (

    select orders.*
    from orders
    inner join metric_weeks
        on orders.{{ place.week }} = metric_weeks.week_start_date

),

-- each order leaves the observation once; its contacts are events before that
units as (

    select
        {{ place.week }} as week_start_date,
        {{ place.dimensions | join(', ') }},
        {{ metric.followup_hours }} as duration,
        1 as is_exit,
        0 as is_event,
    from young_orders

    union all

    select
        young_orders.{{ place.week }} as week_start_date,
        {%- for dimension in place.dimensions %}
        young_orders.{{ dimension }},
        {%- endfor %}
        order_contacts.hours_after_placing as duration,
        0 as is_exit,
        1 as is_event,
    from young_orders
    inner join order_contacts
        on young_orders.order_key = order_contacts.order_key

),

steps as (

    select
        week_start_date,
        {{ slice_bits(place.dimensions) }},
        {{ place.dimensions | join(', ') }},
        duration,
        cast(sum(is_exit) as bigint) as count_exits,
        cast(sum(is_event) as bigint) as count_events,
    from units
    group by {{ slice_grouping(place.dimensions, ['week_start_date', 'duration']) | indent(4) }}

),

at_risk as (

    select
        *,
        sum(count_exits) over (
            partition by week_start_date, slice_bits, {{ row_hash(place.dimensions) }}
            order by duration desc
            rows between unbounded preceding and current row
        ) as count_at_risk,
    from steps

)

select
    '{{ metric.id }}' as metric_id,
    week_start_date,
    {{ slice_columns(place.dimensions) | indent(4) }}
    cast(sum(count_events) as double) as numerator,
    cast(sum(count_exits) as bigint) as denominator,
    -- engines add floats in any order: rounding keeps two runs on the same rows equal to the last digit
    round(sum(case when count_events > 0 then count_events / cast(count_at_risk as double) else 0.0 end), 12) as value,
    null::double as ci_low,
    null::double as ci_high,
    null::double as median,
    null::double as p90,
    null::double as sd,
    max(case when count_exits > 0 then duration end) < {{ metric.window_hours }} as is_truncated,
from at_risk
group by {{ raw_cell_columns(place.dimensions) }}
{% endmacro %}

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

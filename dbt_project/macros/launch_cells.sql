{#
    Every metric of the registry by launch phase, from the same definitions as metric_weekly: units are counted by scope
    values, phase and stratum (reason and stage) instead of week and slice. Only units whose window is over count, so no
    estimate of unfinished windows is needed; how many still wait stands beside.
#}
{% macro launch_phase_facts(kinds, facts, definitions) %}
    {% set names = [] %}
    {% for fact, place in facts.items() if 'phase' in place.dimensions and metrics_of(fact, kinds, definitions) %}
        {% do names.append(fact) %}
    {% endfor %}
    {% do return(names) %}
{% endmacro %}


{# Workflow, source, segment and stratum of a unit, as far as its fact has them. #}
{% macro launch_unit_columns(place) -%}
    {{ place.workflow or "''" }} as unit_workflow,
    {{ 'source' if 'source' in place.dimensions else no_source() }} as unit_source,
    {{ 'segment' if 'segment' in place.dimensions else "'unknown'" }} as unit_segment,
    phase,
    {{ 'reason_code' if 'reason_code' in place.dimensions else "'all'" }} as unit_reason,
    {{ 'delivery_stage' if 'delivery_stage' in place.dimensions else "'all'" }} as unit_stage,
{%- endmacro %}


{# The workflow of the calls whose scope a group of metrics follows. #}
{% macro launch_workflow(group) %}
    {% do return({'handoff': 'ocr_handoff', 'policy': 'order_support'}.get(group, group)) %}
{% endmacro %}


{# True when the metric's window of a unit is over at as_of. #}
{% macro is_window_over(place, metric) -%}
    {% if metric.window_hours -%}
    coalesce({{ hours_between(place.at, 'run_as_of') }} >= {{ metric.window_hours }}, false)
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}


{#
    Every metric but medians: units, sum and sum of squares by scope values, phase and stratum. One pass over each fact
    counts all its metrics side by side; only those few rows are turned into a row per metric.
#}
{% macro launch_cells() %}
{% set places = metric_facts() %}
{% set definitions = metric_definitions() %}
{% set kinds = [
    'proportion', 'survival', 'count', 'rate', 'mean', 'recurrence', 'difference', 'weighted', 'ratio',
] %}
with

run_context as (

    select as_of as run_as_of from {{ ref('stg_run_context') }}

),

{% for fact in launch_phase_facts(kinds, places, definitions) -%}
{%- set place = places[fact] %}
{{ fact }}_cells as (

    select
        {{ launch_unit_columns(place) | indent(8) }}
        {%- for metric in metrics_of(fact, kinds, definitions) %}
        {{ launch_sums(place, metric, loop.index) | indent(8) }}
        {%- endfor %}
    from {{ ref(place.relation) }}
    cross join run_context
    where phase <> 'unknown'
    group by unit_workflow, unit_source, unit_segment, phase, unit_reason, unit_stage

),

{% endfor -%}
counted as (

    {%- for fact in launch_phase_facts(kinds, places, definitions) %}
    {%- set place = places[fact] %}
    {%- set is_last_fact = loop.last %}
    {%- for metric in metrics_of(fact, kinds, definitions) %}
    select
        '{{ metric.id }}' as metric_id,
        '{{ metric.kind }}' as kind,
        {{ 'unit_workflow' if place.workflow else "'" ~ launch_workflow(metric.workflow) ~ "'" }} as workflow,
        unit_source as source,
        unit_segment as segment,
        phase,
        unit_reason as reason_code,
        unit_stage as delivery_stage,
        units_{{ loop.index }} as units,
        round(cast(total_{{ loop.index }} as double), 6) as total,
        round(cast(squares_{{ loop.index }} as double), 6) as total_squares,
        {%- if metric.kind == 'difference' %}
        cast(other_units_{{ loop.index }} as double) as other_units,
        cast(other_total_{{ loop.index }} as double) as other_total,
        cast(other_squares_{{ loop.index }} as double) as other_squares,
        {%- else %}
        0.0 as other_units,
        0.0 as other_total,
        0.0 as other_squares,
        {%- endif %}
        {%- if is_sum_over_sum(metric) %}
        round(cast(weight_{{ loop.index }} as double), 6) as weight,
        round(cast(weight_squares_{{ loop.index }} as double), 6) as weight_squares,
        round(cast(products_{{ loop.index }} as double), 6) as products,
        {%- else %}
        0.0 as weight,
        0.0 as weight_squares,
        0.0 as products,
        {%- endif %}
        waiting_{{ loop.index }} as count_waiting,
    from {{ fact }}_cells
    {{ 'union all' if not (loop.last and is_last_fact) }}
    {%- endfor %}
    {%- endfor %}

)

select * from counted
where
    units > 0
    or other_units > 0
    or count_waiting > 0
{% endmacro %}


{# True where the value is a sum of amounts over a sum of weights: shares and means of units that count unequally. #}
{% macro is_sum_over_sum(metric) %}
    {% do return(metric.kind in ['weighted', 'ratio'] or (metric.kind == 'mean' and metric.weight is defined)) %}
{% endmacro %}


{# What a unit adds to the total: its event, its amount, or its event or amount times what it weighs. #}
{% macro launch_amount(metric) -%}
{%- if metric.kind == 'weighted' -%}
    case when {{ metric.numerator }} then {{ metric.weight }} else 0 end
{%- elif metric.kind == 'mean' and metric.weight -%}
    {{ metric.weight }} * ({{ metric.numerator }})
{%- elif metric.kind in ['rate', 'mean', 'recurrence', 'ratio'] or metric.units -%}
    {{ metric.numerator }}
{%- else -%}
    case when {{ metric.numerator }} then 1 else 0 end
{%- endif -%}
{%- endmacro %}


{# Sums of one metric: its units and events of the arm that is judged, of the other arm, and what still waits. #}
{% macro launch_sums(place, metric, number) -%}
{%- set unit = metric.denominator if metric.kind == 'rate'
    else 'case when ' ~ metric.denominator ~ ' then ' ~ (metric.units or 1) ~ ' else 0 end' %}
{%- set amount = launch_amount(metric) %}
{%- set is_counted = is_window_over(place, metric) if metric.kind == 'rate'
    else '(' ~ metric.denominator ~ ') and ' ~ is_window_over(place, metric) %}
{%- set arm = metric.arm if metric.kind == 'difference' else 'true' -%}
sum(case when {{ is_counted }} and ({{ arm }}) then {{ unit }} else 0 end) as units_{{ number }},
sum(case when {{ is_counted }} and ({{ arm }}) then {{ amount }} else 0 end) as total_{{ number }},
sum(case when {{ is_counted }} and ({{ arm }}) then ({{ amount }}) * ({{ amount }}) else 0 end) as squares_{{ number }},
{%- if metric.kind == 'difference' %}
{%- set weight = metric.weight or '1' %}
sum(case when {{ is_counted }} and not ({{ arm }}) then {{ unit }} * {{ weight }} else 0 end) as other_units_{{ number }},
sum(case when {{ is_counted }} and not ({{ arm }}) then ({{ amount }}) * {{ weight }} else 0 end)
    as other_total_{{ number }},
sum(case when {{ is_counted }} and not ({{ arm }}) then {{ unit }} * {{ weight }} * {{ weight }} else 0 end)
    as other_squares_{{ number }},
{%- endif %}
{%- if is_sum_over_sum(metric) %}
sum(case when {{ is_counted }} then {{ metric.weight }} else 0 end) as weight_{{ number }},
sum(case when {{ is_counted }} then {{ metric.weight }} * {{ metric.weight }} else 0 end) as weight_squares_{{ number }},
sum(case when {{ is_counted }} then ({{ amount }}) * {{ metric.weight }} else 0 end) as products_{{ number }},
{%- endif %}
sum(case when {{ is_window_over(place, metric) }} then 0 else {{ unit }} end) as waiting_{{ number }},
{%- endmacro %}

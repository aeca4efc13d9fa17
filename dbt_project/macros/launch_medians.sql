{#
    Medians of durations by scope and phase. With every unit watched for the whole window the Kaplan-Meier median is the
    value in the middle, units still waiting last; its interval are the values 1.96 standard deviations of the rank away.
#}
{% macro launch_medians() %}
{% set places = metric_facts() %}
{% set definitions = metric_definitions() %}
with

run_context as (

    select as_of as run_as_of from {{ ref('stg_run_context') }}

),

units as (

    {%- set facts = launch_phase_facts(['duration'], places, definitions) %}
    {%- for fact in facts %}
    {%- set place = places[fact] %}
    {%- set is_last_fact = loop.last %}
    {%- for metric in metrics_of(fact, ['duration'], definitions) %}
    select
        '{{ metric.id }}' as metric_id,
        {{ place.workflow if place.workflow else "'" ~ launch_workflow(metric.workflow) ~ "'" }} as workflow,
        {{ 'source' if 'source' in place.dimensions else no_source() }} as source,
        {{ 'segment' if 'segment' in place.dimensions else "'unknown'" }} as segment,
        phase,
        {{ metric.numerator }} as duration,
        {{ is_window_over(place, metric) }} as is_window_over,
    from {{ ref(place.relation) }}
    cross join run_context
    where
        phase <> 'unknown'
        and ({{ metric.denominator }})
    {{ 'union all' if not (loop.last and is_last_fact) }}
    {%- endfor %}
    {%- endfor %}

),

scoped as (

    select
        units.metric_id,
        {{ launch_scope_of_unit() }} as scope_id,
        units.phase,
        units.duration,
        units.is_window_over,
    from units
    {{ launch_key_joins('units.workflow', 'units.source', 'units.segment') | indent(4) }}

),

-- the first hundred runs together, for the second gate
phased as (

    select * from scoped

    union all

    select * replace ('pilot' as phase)
    from scoped
    where phase in ('first_50', 'first_100')

),

ranked as (

    select
        *,
        row_number() over (
            partition by metric_id, scope_id, phase, is_window_over
            order by duration nulls last
        ) as place,
        count(*) over (partition by metric_id, scope_id, phase, is_window_over) as units,
    from phased

)

select
    metric_id,
    scope_id,
    phase,
    sum(case when is_window_over then 1 else 0 end) as units,
    sum(case when is_window_over and duration is not null then 1 else 0 end) as events,
    sum(case when is_window_over then 0 else 1 end) as count_waiting,
    max(case when is_window_over and place = ceil(units / 2.0) then duration end) as median,
    max(case
        when is_window_over and place = greatest(floor(units / 2.0 - {{ z95() }} * sqrt(units) / 2), 1) then duration
    end) as median_low,
    max(case
        when is_window_over and place = least(ceil(units / 2.0 + {{ z95() }} * sqrt(units) / 2) + 1, units) then duration
    end) as median_high,
from ranked
group by
    metric_id,
    scope_id,
    phase
{% endmacro %}

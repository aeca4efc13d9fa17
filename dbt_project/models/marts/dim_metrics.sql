{# The registry is written from the same list as the SQL of the metrics, so the two cannot disagree. #}
with

definitions as (

    {%- set facts = metric_facts() %}
    {%- for metric in metric_definitions() %}
    select
        '{{ metric.id }}' as metric_id,
        {{ metric.version }} as metric_version,
        '{{ metric.name }}' as metric_name,
        '{{ metric.workflow }}' as workflow,
        '{{ metric.formula }}' as formula,
        '{{ metric.direction }}' as direction,
        '{{ metric.unit }}' as unit,
        '{{ metric.grain }}' as grain,
        '{{ metric.source }}' as source,
        '{{ metric.kind }}' as kind,
        {{ metric.window_hours }} as window_hours,
        {{ 'true' if metric.is_published_provisional else 'false' }} as is_published_provisional,
        '{{ facts[metric.fact].relation }}' as fact_table,
        '{{ facts[metric.fact].week }}' as week_column,
        {{ 'true' if metric.get('must_be_zero') or 'must be 0' in metric.formula ~ metric.source else 'false' }} as must_be_zero,
        '{{ metric.numerator | replace("'", "''") }}' as numerator_sql,
        '{{ metric.denominator | replace("'", "''") }}' as denominator_sql,
        '{{ facts[metric.fact].dimensions | join(', ') }}' as dimensions,
        {{ 'true' if metric.is_agent_only else 'false' }} as is_agent_only,
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    metric_id,
    metric_version,
    metric_name,
    formula,
    direction,
    unit,
    grain,
    source,
    kind,
    window_hours,
    is_published_provisional,
    fact_table,
    numerator_sql,
    denominator_sql,
    dimensions,
    workflow,
    is_agent_only,
    week_column,
    must_be_zero,
from definitions

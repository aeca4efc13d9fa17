{#
    Maturity of each metric and week, from the definitions: a week is final when it is over and its last unit has been
    observed for the whole window. It is a property of the week and not of the slice, so that slices of one week can be
    compared. A window of 168 h or more cannot end before its week does.
#}
{% macro metric_week_maturity() %}
{#- asked for once: putting the lists together takes longer than the SQL around them -#}
{% set definitions = metric_definitions() %}
{% set facts = metric_facts(definitions) %}
with

run_context as (

    select * from {{ ref('stg_run_context') }}

),

{% for fact, place in facts.items() -%}
{{ fact }}_weeks as (

    select
        {{ place.week }} as week_start_date,
        {%- for metric in definitions if metric.fact == fact %}
        max(case when {{ 'true' if metric.kind == 'rate' else metric.denominator }} then {{ place.at }} end)
            as last_unit_at_{{ loop.index }},
        {%- endfor %}
    from {{ ref(place.relation) }}
    where {{ place.week }} is not null
    group by {{ place.week }}

),

{% endfor -%}
observed as (

    {%- for fact in facts %}
    {%- set is_last_fact = loop.last %}
    {%- for metric in definitions if metric.fact == fact %}
    select
        '{{ metric.id }}' as metric_id,
        week_start_date,
        last_unit_at_{{ loop.index }} as last_unit_at,
    from {{ fact }}_weeks
    {{ 'union all' if not (loop.last and is_last_fact) }}
    {%- endfor %}
    {%- endfor %}

),

windows as (

    {%- for metric in definitions %}
    select
        '{{ metric.id }}' as metric_id,
        {{ metric.window_hours }} as window_hours,
        {{ 'true' if metric.is_published_provisional else 'false' }} as is_published_provisional,
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- every week from the first one with a unit to the week of as_of, so that a week without any is seen as such
spans as (

    select
        observed.metric_id,
        min(observed.week_start_date) as first_week,
        max({{ week_start('run_context.as_of') }}) as last_week,
    from observed
    cross join run_context
    where observed.last_unit_at is not null
    group by observed.metric_id

),

spine as (

    select
        spans.metric_id,
        {{ week_spine('spans.first_week', 'spans.last_week') }} as week_start_date,
    from spans

),

judged as (

    select
        spine.metric_id,
        spine.week_start_date,
        windows.is_published_provisional,
        {{ add_hours(
            'coalesce(observed.last_unit_at, ' ~ week_end_at('spine.week_start_date') ~ ')', 'windows.window_hours'
        ) }} as window_end_at,
        case
            when windows.window_hours >= 168 and observed.last_unit_at is not null then observed.last_unit_at
            else {{ week_end_at('spine.week_start_date') }}
        end as week_over_at,
    from spine
    inner join windows
        on spine.metric_id = windows.metric_id
    left join observed
        on
            spine.metric_id = observed.metric_id
            and spine.week_start_date = observed.week_start_date
    cross join run_context

)

select
    judged.metric_id,
    judged.week_start_date,
    case
        when judged.window_end_at <= run_context.as_of and judged.week_over_at <= run_context.as_of then 'final'
        else 'provisional'
    end as maturity,
    judged.is_published_provisional,
from judged
cross join run_context
{% endmacro %}

{# deflection: the cells of ticket_deflection_weekly in the layout of all metric models. #}
{% macro deflection_metrics() %}
with

deflections as (

    select * from {{ ref('ticket_deflection_weekly') }}

)

select
    'M-07b' as metric_id,
    week_start_date,
    slice_by,
    {%- for dimension in metric_dimensions() %}
    {{ dimension if dimension in ['source', 'segment'] else "'(all)' as " ~ dimension }},
    {%- endfor %}
    coalesce(round(deflection * count_contacts, 6), 0.0) as numerator,
    count_contacts as denominator,
    deflection as value,
    ci_low,
    ci_high,
    null::double as median,
    null::double as p90,
    null::double as sd,
    false as is_truncated,
from deflections
{% endmacro %}

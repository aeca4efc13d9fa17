{# The eleven dimension columns of a call or of what belongs to one; unknown where the call itself is unknown. #}
{% macro call_dimensions(calls, leave_out=[]) -%}
    {%- for dimension in metric_dimensions() if dimension not in leave_out %}
    coalesce({{ calls }}.{{ dimension }}, 'unknown') as {{ dimension }},
    {%- endfor %}
{%- endmacro %}

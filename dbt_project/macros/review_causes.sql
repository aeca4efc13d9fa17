{# A review cause as other systems write it (Low confidence-match), in the spelling of the seeds. #}
{% macro review_cause_key(text) -%}
    lower(replace(replace(trim({{ text }}), ' ', '_'), '-', '_'))
{%- endmacro %}

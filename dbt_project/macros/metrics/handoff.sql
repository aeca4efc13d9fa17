{# Metrics of hand-offs and documents. #}
{% macro handoff_metrics() %}
    {% do return([
    ]) %}
{% endmacro %}


{% macro handoff_facts() %}
    {% do return({}) %}
{% endmacro %}

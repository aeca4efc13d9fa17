{# Metrics of incidents. #}
{% macro incident_metrics() %}
    {% do return([
    ]) %}
{% endmacro %}


{% macro incident_facts() %}
    {% do return({}) %}
{% endmacro %}

{# Metrics of what the agent may do: mandated and avoidable escalations, promises, side effects. #}
{% macro policy_metrics() %}
    {% do return([
    ]) %}
{% endmacro %}


{% macro policy_facts() %}
    {% do return({}) %}
{% endmacro %}

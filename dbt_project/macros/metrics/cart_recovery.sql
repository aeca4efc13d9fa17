{# Metrics of abandoned carts. #}
{% macro cart_recovery_metrics() %}
    {% do return([
    ]) %}
{% endmacro %}


{% macro cart_recovery_facts() %}
    {% do return({}) %}
{% endmacro %}

{# Schemas are exactly staging, intermediate and marts: no target name in front, since one file is one environment. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}

{# The customer a record of another system was matched to, while the record still names the account that was matched. #}
{% macro matched_customer(column, record_type) -%}
    {%- if record_type in ('ticket', 'message') -%}
        case when source.customer_id = matches.account_id then matches.{{ column }} else source.{{ column }} end
    {%- else -%}
        coalesce(source.{{ column }}, matches.{{ column }})
    {%- endif -%}
{%- endmacro %}

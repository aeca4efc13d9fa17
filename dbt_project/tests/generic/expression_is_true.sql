{# Each row satisfies the expression; null counts as satisfied only where the expression says so. #}
{% test expression_is_true(model, expression, where_true="true") %}

select *
from {{ model }}
where
    {{ where_true }}
    and not coalesce({{ expression }}, false)

{% endtest %}

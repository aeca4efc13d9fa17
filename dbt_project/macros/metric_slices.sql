{# The dimension columns of every metric row, in the order of the contract. #}
{% macro metric_dimensions() %}
    {% do return([
        'source', 'segment', 'owner', 'outcome', 'carrier', 'region', 'warehouse', 'product_category', 'delivery_stage',
        'reason_code', 'phase',
    ]) %}
{% endmacro %}


{# Every published slice that the dimensions of a fact allow: all, each dimension alone, and the agreed combinations. #}
{% macro metric_slices(dimensions) %}
    {% set slices = [[]] %}
    {% for dimension in dimensions %}
        {% do slices.append([dimension]) %}
    {% endfor %}
    {% set combinations = [
        ['carrier', 'region'],
        ['segment', 'carrier', 'region'],
        ['source', 'segment'],
        ['carrier', 'reason_code'],
        ['region', 'reason_code'],
        ['warehouse', 'reason_code'],
    ] %}
    {% for combination in combinations if combination | reject('in', dimensions) | list | length == 0 %}
        {% do slices.append(combination) %}
    {% endfor %}
    {% do return(slices) %}
{% endmacro %}


{# group by grouping sets: one set per slice, each with the columns that every set keeps (the week, a duration). #}
{% macro slice_grouping(dimensions, kept) -%}
    grouping sets (
        {%- for slice in metric_slices(dimensions) %}
        ({{ (kept + slice) | join(', ') }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{# slice_by and the eleven dimension columns of a grouped row; '(all)' where the row is not sliced by a dimension. #}
{% macro slice_columns(dimensions) -%}
    coalesce(nullif(concat_ws(
        '+',
        {%- for dimension in dimensions %}
        case when grouping({{ dimension }}) = 0 then '{{ dimension }}' end{{ ',' if not loop.last }}
        {%- endfor %}
    ), ''), 'all') as slice_by,
    {%- for dimension in metric_dimensions() %}
    {% if dimension in dimensions -%}
    case when grouping({{ dimension }}) = 0 then {{ dimension }} else '(all)' end as {{ dimension }},
    {%- else -%}
    '(all)' as {{ dimension }},
    {%- endif %}
    {%- endfor %}
{%- endmacro %}


{# Week, slice and dimensions: the columns that identify a cell of one metric. #}
{% macro cell_columns() -%}
    week_start_date, slice_by, {{ metric_dimensions() | join(', ') }}
{%- endmacro %}

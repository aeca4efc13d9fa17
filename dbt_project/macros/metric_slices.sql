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


{#
    A grouped row carries its slice as one integer (a bit per dimension, set where it is rolled up) and the dimensions as
    they are, null where rolled up. They become text only at the end: naming slices in millions of rows would cost more
    than counting them.
#}
{% macro slice_bits(dimensions) -%}
    grouping({{ dimensions | join(', ') }}) as slice_bits
{%- endmacro %}


{# slice_by and the eleven dimension columns from slice_bits; '(all)' where the row is not sliced by a dimension. #}
{% macro slice_columns(dimensions) -%}
    case slice_bits
        {%- for slice in metric_slices(dimensions) %}
        {%- set bits = namespace(value=0) %}
        {%- for dimension in dimensions %}
        {%- set bits.value = bits.value * 2 + (0 if dimension in slice else 1) %}
        {%- endfor %}
        when {{ bits.value }} then '{{ slice | join('+') or 'all' }}'
        {%- endfor %}
    end as slice_by,
    {%- for dimension in metric_dimensions() %}
    {% if dimension in dimensions -%}
    coalesce({{ dimension }}, '(all)') as {{ dimension }},
    {%- else -%}
    '(all)' as {{ dimension }},
    {%- endif %}
    {%- endfor %}
{%- endmacro %}


{# Week, slice and dimensions: the columns that identify a cell of one metric. #}
{% macro cell_columns() -%}
    week_start_date, slice_by, {{ metric_dimensions() | join(', ') }}
{%- endmacro %}


{# The same cell before its slice has a name. #}
{% macro raw_cell_columns(dimensions) -%}
    week_start_date, slice_bits, {{ dimensions | join(', ') }}
{%- endmacro %}

{# What only DuckDB spells this way. A port to another engine rewrites this file and no model. #}

{# Microseconds since 1970 as an integer: windows with elapsed-time frames order by it, since engines agree on integers. #}
{% macro epoch_micros(instant) -%}
    epoch_us({{ instant }})
{%- endmacro %}


{# The instant of so many microseconds since 1970. #}
{% macro instant_of_micros(micros) -%}
    make_timestamptz({{ micros }})
{%- endmacro %}


{% macro hours_between(earlier, later) -%}
    ((epoch_us({{ later }}) - epoch_us({{ earlier }})) / 3600000000.0)
{%- endmacro %}


{% macro minutes_between(earlier, later) -%}
    ((epoch_us({{ later }}) - epoch_us({{ earlier }})) / 60000000.0)
{%- endmacro %}


{% macro seconds_between(earlier, later) -%}
    ((epoch_us({{ later }}) - epoch_us({{ earlier }})) / 1000000.0)
{%- endmacro %}


{% macro add_hours(instant, hours) -%}
    ({{ instant }} + to_microseconds(cast({{ hours }} * 3600000000 as bigint)))
{%- endmacro %}


{# True when the text holds a character that is not white space, by the white space of Unicode and not only of ASCII. #}
{% macro has_visible_text(text) -%}
    coalesce(regexp_matches({{ text }}, '[^\s\x0b\x1c-\x1f\x{85}\p{Z}]'), false)
{%- endmacro %}


{# A boolean out of a JSON object; null when the key is missing or holds something else. #}
{% macro json_boolean(document, key) -%}
    try_cast(json_extract_string({{ document }}, '$.{{ key }}') as boolean)
{%- endmacro %}


{# Interpolated percentiles as a list, in the order of the shares: one sort of the values, however many are asked for. #}
{% macro percentiles(expression, shares) -%}
    quantile_cont({{ expression }}, [{{ shares | join(', ') }}])
{%- endmacro %}


{# One Monday a row from the first to the last week, both inclusive; selected as column week_start_date. #}
{% macro week_spine(first_week, last_week) -%}
    cast(unnest(generate_series({{ first_week }}, {{ last_week }}, interval 7 day)) as date)
{%- endmacro %}


{# The ISO week of a Monday as text, such as 2026-W05. #}
{% macro iso_week_label(week_start_date) -%}
    strftime({{ week_start_date }}, '%G-W%V')
{%- endmacro %}


{# One 64-bit integer for the values of some columns, null included. #}
{% macro row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}


{# A text as an integer of 63 bits that depends on nothing but the text: the same function that makes the keys. #}
{% macro text_hash(text) -%}
    cast(md5_number_lower({{ text }}) >> 1 as bigint)
{%- endmacro %}


{# True when a JSON list of texts holds the text. #}
{% macro json_list_holds(list, value) -%}
    coalesce(list_contains(try_cast({{ list }} as varchar[]), {{ value }}), false)
{%- endmacro %}


{# The integers from first to last, both inclusive, as a relation with the column replicate. #}
{% macro integer_spine(first, last) -%}
    (select unnest(generate_series({{ first }}, {{ last }})) as replicate)
{%- endmacro %}


{# A text out of a JSON document by its path; null when nothing is there. #}
{% macro json_text(document, path) -%}
    json_extract_string({{ document }}, '{{ path }}')
{%- endmacro %}


{# A Monday as a number of weeks, so that a frame of a window can count weeks and not rows. #}
{% macro week_number(week_start_date) -%}
    cast(datediff('day', date '1970-01-05', {{ week_start_date }}) / 7 as bigint)
{%- endmacro %}


{#
    A text without mail addresses, without numbers that could be a phone, an order or a card, and without the name of an
    introduction ("it's Carla", "my name is carla"; the rule of classifiers/callers.py).
#}
{% macro without_identifiers(text) -%}
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace({{ text }}, '[^\s@]+@[^\s@]+', '[mail]', 'g'), '\+?\d[\d \-./()]{2,}\d', '[number]', 'g'
            ),
            '(\b(?i:my name(?:[''’]s| is)|this is|it[''’]s|it is|i[''’]m|i am) )\p{Lu}\p{Ll}[\pL''’-]*(?: \p{Lu}\p{Ll}[\pL''’-]*)*',
            '\1[name]', 'g'
        ),
        '(\b(?i:my name(?:[''’]s| is)) )\pL[\pL''’-]*', '\1[name]', 'g'
    )
{%- endmacro %}


{# How many keys a JSON object or how many items a JSON list has; 0 for everything else. #}
{% macro json_count(document) -%}
    case json_type({{ document }})
        when 'OBJECT' then len(json_keys({{ document }}))
        when 'ARRAY' then json_array_length({{ document }})
        else 0
    end
{%- endmacro %}


{# One row for each text of a JSON list, as the column named. #}
{% macro json_list_items(list) -%}
    unnest(coalesce(try_cast({{ list }} as varchar[]), cast([] as varchar[])))
{%- endmacro %}


{# Days from one date to another. #}
{% macro days_between(earlier, later) -%}
    datediff('day', {{ earlier }}, {{ later }})
{%- endmacro %}


{# The first part of a reason code or group: RET of RET.HOWTO, WISMO of WISMO. #}
{% macro reason_family(code) -%}
    split_part({{ code }}, '.', 1)
{%- endmacro %}

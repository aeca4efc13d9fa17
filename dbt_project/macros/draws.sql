{#
    Random draws that come out the same on every run and every engine: integer arithmetic on keys, which are hashes.
    A draw is a number in [0, 1). The two draws of a key use different digits of it, so they are independent.
#}
{% macro audit_draw(key) -%}
    (mod({{ key }}, 1000000) / 1000000.0)
{%- endmacro %}


{% macro bridge_draw(key) -%}
    (mod(cast(floor({{ key }} / 1000000) as bigint), 1000000) / 1000000.0)
{%- endmacro %}


{# Number of bootstrap replicates, and the prime below which their arithmetic stays inside 64 bits. #}
{% macro replicates() -%}200{%- endmacro %}


{% macro draw_prime() -%}2147483647{%- endmacro %}


{# A draw of a key in a replicate: (a x + b) mod p, pairwise independent over keys for random a and b. #}
{% macro replicate_draw(key, factor, shift) -%}
    (mod({{ factor }} * mod({{ key }}, {{ draw_prime() }}) + {{ shift }}, {{ draw_prime() }}) / {{ draw_prime() }}.0)
{%- endmacro %}


{# A Poisson number with mean one, by the inverse of its distribution: how often a bootstrap draws a unit. #}
{% macro poisson_one(draw) -%}
    case
        when {{ draw }} < 0.3678794411714423 then 0
        when {{ draw }} < 0.7357588823428847 then 1
        when {{ draw }} < 0.9196986029286058 then 2
        when {{ draw }} < 0.9810118431238462 then 3
        when {{ draw }} < 0.9963401531726563 then 4
        when {{ draw }} < 0.9994058151824183 then 5
        when {{ draw }} < 0.9999167588507119 then 6
        else 7
    end
{%- endmacro %}


{# Audited calls in eight weeks below which no correction is published. #}
{% macro fewest_audited() -%}50{%- endmacro %}


{#
    A count with the given mean, by Anscombe's root: the square root of a Poisson count is nearly normal with standard
    deviation one half. The normal number comes from two draws (Box and Muller).
#}
{% macro poisson_count(mean, hash) -%}
    power(
        greatest(
            sqrt({{ mean }}) + 0.5 * sqrt(-2 * ln((mod({{ hash }}, 1000003) + 0.5) / 1000003))
            * cos(6.283185307179586 * (mod(cast(floor({{ hash }} / 1000003) as bigint), 1000003) + 0.5) / 1000003),
            0.0
        ), 2
    )
{%- endmacro %}


{# Audited calls that each cell borrows from all cells of its status: no error seen does not mean none made. #}
{% macro borrowed_calls() -%}5{%- endmacro %}


{# Before any audit, five imagined calls of each status, half a call of them wrong. #}
{% macro imagined_calls() -%}5{%- endmacro %}


{% macro imagined_errors() -%}0.5{%- endmacro %}


{#
    A statistic without the digits that depend on the order in which numbers were added: the same rows give the same
    table, however many threads have worked on it.
#}
{% macro settled(number) -%}
    round({{ number }}, 9)
{%- endmacro %}

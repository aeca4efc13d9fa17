{# 95 % intervals. z is the 97.5 % point of the normal distribution. #}
{% macro z95() -%}1.959963984540054{%- endmacro %}


{# Wilson score bounds of a proportion; null when there is no unit. Clamped to the estimate's side of 0 and 1. #}
{% macro wilson_low(numerator, denominator) -%}
    {{ wilson_bound(numerator, denominator, '-') }}
{%- endmacro %}


{% macro wilson_high(numerator, denominator) -%}
    {{ wilson_bound(numerator, denominator, '+') }}
{%- endmacro %}


{% macro wilson_bound(numerator, denominator, sign) -%}
    case
        when {{ denominator }} = 0 then null
        {% if sign == '-' -%}
        when {{ numerator }} = 0 then 0.0
        {%- else -%}
        when {{ numerator }} = {{ denominator }} then 1.0
        {%- endif %}
        else (
            {{ numerator }} / {{ denominator }} + power({{ z95() }}, 2) / (2 * {{ denominator }})
            {{ sign }} {{ z95() }} * sqrt(
                ({{ numerator }} / {{ denominator }}) * (1 - {{ numerator }} / {{ denominator }}) / {{ denominator }}
                + power({{ z95() }}, 2) / (4 * power({{ denominator }}, 2))
            )
        ) / (1 + power({{ z95() }}, 2) / {{ denominator }})
    end
{%- endmacro %}


{#
    Greenwood bound of a survival probability on the log-log scale, which keeps it inside 0..1.
    sign '+' raises the exponent and gives the lower bound of survival. Undefined, so null, at 0 and at 1.
#}
{% macro greenwood_bound(survival, greenwood_sum, sign) -%}
    case
        when {{ survival }} > 0 and {{ survival }} < 1
            then power(
                {{ survival }},
                exp({{ sign }}{{ z95() }} * sqrt({{ greenwood_sum }}) / abs(ln({{ survival }})))
            )
    end
{%- endmacro %}


{# Byar's approximation of the exact Poisson interval of a count. #}
{% macro poisson_low(events) -%}
    case
        when {{ events }} = 0 then 0.0
        else greatest(
            {{ events }} * power(1 - 1 / (9 * {{ events }}) - {{ z95() }} / (3 * sqrt({{ events }})), 3), 0.0
        )
    end
{%- endmacro %}


{% macro poisson_high(events) -%}
    ({{ events }} + 1) * power(
        1 - 1 / (9 * ({{ events }} + 1)) + {{ z95() }} / (3 * sqrt({{ events }} + 1)), 3
    )
{%- endmacro %}


{# Newcombe's bounds of a difference of two independent proportions, from the Wilson bounds of each. #}
{% macro newcombe_low(events, units, other_events, other_units) -%}
    {{ events }} / {{ units }} - {{ other_events }} / {{ other_units }} - sqrt(
        power({{ events }} / {{ units }} - ({{ wilson_low(events, units) }}), 2)
        + power(({{ wilson_high(other_events, other_units) }}) - {{ other_events }} / {{ other_units }}, 2)
    )
{%- endmacro %}


{% macro newcombe_high(events, units, other_events, other_units) -%}
    {{ events }} / {{ units }} - {{ other_events }} / {{ other_units }} + sqrt(
        power(({{ wilson_high(events, units) }}) - {{ events }} / {{ units }}, 2)
        + power({{ other_events }} / {{ other_units }} - ({{ wilson_low(other_events, other_units) }}), 2)
    )
{%- endmacro %}


{# 80 % point of the normal distribution: the power at which a smallest visible difference is stated. #}
{% macro z80_power() -%}0.8416212335729143{%- endmacro %}


{#
    Bounds of a difference of two independent estimates from the bounds of each, by squaring and adding the distances on
    the side that matters. Of two shares with Wilson bounds this is Newcombe's interval.
#}
{% macro square_and_add_low(value, low, other_value, other_high) -%}
    {{ value }} - {{ other_value }} - sqrt(
        power({{ value }} - {{ low }}, 2) + power({{ other_high }} - {{ other_value }}, 2)
    )
{%- endmacro %}


{% macro square_and_add_high(value, high, other_value, other_low) -%}
    {{ value }} - {{ other_value }} + sqrt(
        power({{ high }} - {{ value }}, 2) + power({{ other_value }} - {{ other_low }}, 2)
    )
{%- endmacro %}

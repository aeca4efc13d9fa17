{# Statistics of the feedback to owners. #}


{# Standard normal distribution below z, by Abramowitz and Stegun 26.2.17 (error below 7.5e-8). #}
{% macro normal_tail(z) -%}
    (
        exp(-power({{ z }}, 2) / 2) / 2.5066282746310002 * (
            0.319381530 / (1 + 0.2316419 * abs({{ z }}))
            - 0.356563782 / power(1 + 0.2316419 * abs({{ z }}), 2)
            + 1.781477937 / power(1 + 0.2316419 * abs({{ z }}), 3)
            - 1.821255978 / power(1 + 0.2316419 * abs({{ z }}), 4)
            + 1.330274429 / power(1 + 0.2316419 * abs({{ z }}), 5)
        )
    )
{%- endmacro %}


{#
    Distance of two shares in standard deviations, on the scale of Anscombe's arcsine: fair to small counts, where the usual
    z calls two of ten against one of a hundred a certainty.
#}
{% macro arcsine_z(events, units, other_events, other_units) -%}
    (
        asin(sqrt(({{ events }} + 0.375) / ({{ units }} + 0.75)))
        - asin(sqrt(({{ other_events }} + 0.375) / ({{ other_units }} + 0.75)))
    ) / sqrt(1 / (4.0 * {{ units }} + 2) + 1 / (4.0 * {{ other_units }} + 2))
{%- endmacro %}


{# One number of the seed feedback_rules that is valid at as_of; needs the rules in reach as rules. #}
{% macro feedback_rule(name) -%}
    max(case when rules.rule = '{{ name }}' then rules.number end) as {{ name }}
{%- endmacro %}


{# The party that a level of feedback_owners names; null where it is not known, since nobody can be told then. #}
{% macro feedback_party(level, relation) -%}
    case {{ level }}
        when 'all' then 'all'
        when 'carrier' then nullif({{ relation }}.carrier, 'unknown')
        when 'region' then nullif({{ relation }}.region, 'unknown')
        when 'warehouse' then nullif({{ relation }}.warehouse, 'unknown')
        when 'product_category' then nullif({{ relation }}.product_category, 'unknown')
        when 'carrier+region'
            then nullif({{ relation }}.carrier, 'unknown') || ' / ' || nullif({{ relation }}.region, 'unknown')
        when 'warehouse+product_category'
            then nullif({{ relation }}.warehouse, 'unknown') || ' / ' || nullif({{ relation }}.product_category, 'unknown')
    end
{%- endmacro %}


{# Weeks before a week that make its baseline; a frame of a window cannot be read from a seed. #}
{% macro trailing_weeks() -%}12{%- endmacro %}


{# Name of a feedback item, the same in every week: by it the owner answers in review_decisions. #}
{% macro feedback_id(relation) -%}
    {{ relation }}.owner || '|' || {{ relation }}.party_level || '|' || {{ relation }}.party || '|' || {{ relation }}.reason_code
{%- endmacro %}

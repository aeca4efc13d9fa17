{#
    The Monday of the ISO week of an instant, as a date in the reporting time zone. The only place where a week is made:
    engines disagree about the first day of a week, and a summer-time change moves the Monday by an hour in UTC.
    Needs the one row of stg_run_context in scope under the name run_context.
#}
{% macro week_start(instant) -%}
    cast(date_trunc('week', {{ instant }} at time zone run_context.reporting_timezone) as date)
{%- endmacro %}


{# The instant at which that week is over: Monday 00:00 of the next week in the reporting time zone. #}
{% macro week_end_at(week_start_date) -%}
    cast({{ week_start_date }} + interval 7 day as timestamp) at time zone run_context.reporting_timezone
{%- endmacro %}


{# The instant at which that week begins. #}
{% macro week_begin_at(week_start_date) -%}
    cast({{ week_start_date }} as timestamp) at time zone run_context.reporting_timezone
{%- endmacro %}


{# How many midnights of the reporting time zone lie between two instants. #}
{% macro midnights_between(earlier, later) -%}
    {{ days_between(
        'cast(' ~ earlier ~ ' at time zone run_context.reporting_timezone as date)',
        'cast(' ~ later ~ ' at time zone run_context.reporting_timezone as date)'
    ) }}
{%- endmacro %}

{#
    Launch phases. A scope is a workflow, source system and segment that went live together; a unit belongs to the most
    specific scope that fits. Calls and contacts get their phase in int_contacts; every other fact with the two macros
    below: launch_scope_joins after its other joins, launch_phase_at as its column.
#}
{% macro launch_phase_names() %}
    {% do return(['baseline', 'first_50', 'first_100', 'tuning', 'steady']) %}
{% endmacro %}


{# Values of source_system and segment that mean every value. #}
{% macro scope_key(value) -%}
    case
        when lower(trim({{ value }})) in ('any', 'all', '*', '(all)') then 'any'
        else lower(trim({{ value }}))
    end
{%- endmacro %}


{# Source of units that have none, such as orders: any source fits, and the scope that went live first is taken. #}
{% macro no_source() -%}'(none)'{%- endmacro %}


{#
    Joins a unit to its scope, as launch_scopes: by source and segment, else source, else segment, else workflow alone.
    Four joins by equality, because a scope that leaves a value open fits every value.
#}
{% macro launch_scope_joins(workflow, source, segment) -%}
{{ launch_key_joins(workflow, source, segment) }}
left join {{ ref('int_launch_scopes') }} as launch_scopes
    on {{ launch_scope_of_unit() }} = launch_scopes.scope_id
{%- endmacro %}


{% macro launch_key_joins(workflow, source, segment) -%}
left join {{ ref('int_launch_scope_keys') }} as scope_of_both
    on
        scope_of_both.workflow = {{ workflow }}
        and scope_of_both.source_key = lower({{ source }})
        and scope_of_both.segment_key = lower({{ segment }})
left join {{ ref('int_launch_scope_keys') }} as scope_of_source
    on
        scope_of_source.workflow = {{ workflow }}
        and scope_of_source.source_key = lower({{ source }})
        and scope_of_source.segment_key = 'any'
left join {{ ref('int_launch_scope_keys') }} as scope_of_segment
    on
        scope_of_segment.workflow = {{ workflow }}
        and scope_of_segment.source_key = 'any'
        and scope_of_segment.segment_key = lower({{ segment }})
left join {{ ref('int_launch_scope_keys') }} as scope_of_workflow
    on
        scope_of_workflow.workflow = {{ workflow }}
        and scope_of_workflow.source_key = 'any'
        and scope_of_workflow.segment_key = 'any'
{%- endmacro %}


{# The scope that the joins found. #}
{% macro launch_scope_of_unit() -%}
    coalesce(
        scope_of_both.scope_id, scope_of_source.scope_id, scope_of_segment.scope_id, scope_of_workflow.scope_id
    )
{%- endmacro %}


{# Phase of its scope at an instant; needs the scope in reach as launch_scopes. #}
{% macro launch_phase_at(instant) -%}
    case
        when launch_scopes.scope_id is null or {{ instant }} is null then 'unknown'
        when {{ instant }} < launch_scopes.baseline_from then 'unknown'
        when {{ instant }} < launch_scopes.go_live_at then 'baseline'
        when launch_scopes.run_51_at is null or {{ instant }} < launch_scopes.run_51_at then 'first_50'
        when launch_scopes.run_101_at is null or {{ instant }} < launch_scopes.run_101_at then 'first_100'
        when launch_scopes.tuned_at <= {{ instant }} then 'steady'
        else 'tuning'
    end
{%- endmacro %}


{# The phases of the comparison in their order, as a relation; pilot is the first hundred runs together. #}
{% macro launch_phase_spine() -%}
    {%- for phase in ['baseline', 'first_50', 'first_100', 'pilot', 'tuning', 'steady'] %}
    select '{{ phase }}' as phase, {{ loop.index }} as phase_order
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#
    go, hold or stop by the rule of the metric (seed launch_gate_rules); wait while the runs or their windows are not over.
    Against the baseline: go when a loss greater than hold_margin is excluded by the interval of the difference, stop when
    a loss greater than stop_margin is certain. Without a baseline against limit_value in the same way; a limit of 0 that
    must not be passed is passed by a single event. The gate before the launch (run 0) judges the baseline by its limit.
#}
{% macro launch_gate_decision() -%}
case
    when gate_rules.gate_run is null then null
    when
        standardised.value is null or standardised.count_waiting > 0
        or case gate_rules.gate_run
            when 0 then scopes.go_live_at
            when 50 then scopes.run_50_at
            else scopes.run_100_at
        end is null
        then 'wait'
    when gate_rules.limit_value = 0 and standardised.direction = 'down'
        then case when standardised.numerator > 0 then 'stop' else 'go' end
    when gate_rules.limit_value is not null
        then case
            when
                case when standardised.direction = 'up' then standardised.ci_high < gate_rules.limit_value
                    else standardised.ci_low > gate_rules.limit_value end
                then 'stop'
            when
                case when standardised.direction = 'up' then standardised.ci_low >= gate_rules.limit_value
                    else standardised.ci_high <= gate_rules.limit_value end
                then 'go'
            else 'hold'
        end
    when standardised.comparison <> 'compared' then 'not applicable'
    when
        case when standardised.direction = 'up' then -standardised.difference_high
            else standardised.difference_low end > gate_rules.stop_margin
        then 'stop'
    when
        case when standardised.direction = 'up' then -standardised.difference_low
            else standardised.difference_high end <= gate_rules.hold_margin
        then 'go'
    else 'hold'
end
{%- endmacro %}


{# Whole weeks before a launch below which nothing is compared with them. #}
{% macro fewest_baseline_weeks() -%}4{%- endmacro %}


{# Tickets of those weeks below which a slice has no value: fewer would be mostly chance. #}
{% macro fewest_baseline_tickets() -%}10{%- endmacro %}

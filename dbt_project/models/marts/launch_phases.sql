with

estimates as (

    select * from {{ ref('int_launch_estimates') }}

),

standards as (

    select * from {{ ref('int_launch_standards') }}

),

scopes as (

    select * from {{ ref('int_launch_scopes') }}

),

metrics as (

    select * from {{ ref('dim_metrics') }}

),

gate_rules as (

    select
        gate_rules.*,
        case gate_rules.gate_run when 0 then 'baseline' when 50 then 'first_50' else 'pilot' end as phase,
    from {{ ref('launch_gate_rules') }} as gate_rules

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- a metric of a scope has a row in every phase, so that a phase without units is seen as such
spine as (

    select distinct
        estimates.scope_id,
        estimates.metric_id,
        phases.phase,
        phases.phase_order,
    from estimates
    cross join ({{ launch_phase_spine() }}) as phases

),

-- calls of people have no containment: what the rules would make of them is not shown
applicable as (

    select
        estimates.*,
        metrics.is_agent_only,
        metrics.direction,
    from estimates
    inner join metrics
        on estimates.metric_id = metrics.metric_id
    where
        estimates.phase <> 'baseline'
        or not metrics.is_agent_only

),

baselines as (

    select * from applicable
    where
        phase = 'baseline'
        and value is not null

),

compared as (

    select
        spine.scope_id,
        spine.metric_id,
        spine.phase,
        spine.phase_order,
        metrics.kind,
        metrics.direction,
        metrics.is_agent_only,
        coalesce(applicable.numerator, 0) as numerator,
        cast(coalesce(applicable.denominator, 0) as bigint) as denominator,
        applicable.value,
        applicable.ci_low,
        applicable.ci_high,
        cast(coalesce(applicable.count_waiting, 0) as bigint) as count_waiting,
        applicable.unit_variance,
        baselines.value as baseline_value,
        baselines.denominator as baseline_denominator,
        baselines.unit_variance as baseline_unit_variance,
        case when spine.phase <> 'baseline' then applicable.value - baselines.value end as difference,
        case when spine.phase <> 'baseline' then {{ square_and_add_low(
            'applicable.value', 'applicable.ci_low', 'baselines.value', 'baselines.ci_high'
        ) }} end as difference_low,
        case when spine.phase <> 'baseline' then {{ square_and_add_high(
            'applicable.value', 'applicable.ci_high', 'baselines.value', 'baselines.ci_low'
        ) }} end as difference_high,
        -- if nothing had changed, units would vary as they did in the baseline
        case when spine.phase <> 'baseline' and applicable.denominator > 0 then
            ({{ z95() }} + {{ z80_power() }}) * sqrt(
                coalesce(
                    baselines.unit_variance / applicable.denominator, power(applicable.standard_error, 2)
                ) + power(baselines.standard_error, 2)
            )
        end as smallest_visible_difference,
        case
            when spine.phase = 'baseline' and baselines.value is not null then 'baseline'
            when baselines.value is not null then 'compared'
            else 'not applicable'
        end as comparison,
    from spine
    inner join metrics
        on spine.metric_id = metrics.metric_id
    left join applicable
        on
            spine.scope_id = applicable.scope_id
            and spine.metric_id = applicable.metric_id
            and spine.phase = applicable.phase
    left join baselines
        on
            spine.scope_id = baselines.scope_id
            and spine.metric_id = baselines.metric_id

),

standardised as (

    select
        compared.*,
        standards.count_strata,
        standards.mix_coverage,
        standards.standardised_value,
        standards.standardised_value - standards.standardised_baseline as standardised_difference,
        {{ z95() }} * sqrt(
            compared.unit_variance * standards.weight_squares
            + compared.baseline_unit_variance * standards.baseline_weight_squares
        ) as standardised_half_width,
    from compared
    left join standards
        on
            compared.scope_id = standards.scope_id
            and compared.metric_id = standards.metric_id
            and compared.phase = standards.phase
            and compared.comparison = 'compared'

),

gated as (

    select
        standardised.*,
        gate_rules.gate_run,
        gate_rules.hold_margin as gate_hold_margin,
        gate_rules.stop_margin as gate_stop_margin,
        gate_rules.limit_value as gate_limit,
        {{ launch_gate_decision() | indent(8) }} as gate_decision,
    from standardised
    inner join scopes
        on standardised.scope_id = scopes.scope_id
    left join gate_rules
        on
            standardised.metric_id = gate_rules.metric_id
            and standardised.phase = gate_rules.phase

)

select
    gated.scope_id,
    scopes.workflow,
    scopes.source_key as source,
    scopes.segment_key as segment,
    gated.metric_id,
    gated.phase,
    cast(gated.phase_order as integer) as phase_order,
    scopes.baseline_from,
    scopes.go_live_at,
    scopes.tuned_at,
    cast(scopes.count_runs as bigint) as count_runs,
    gated.numerator,
    gated.denominator,
    gated.value,
    gated.ci_low,
    gated.ci_high,
    gated.count_waiting,
    gated.comparison,
    case
        when gated.comparison <> 'not applicable' then null
        when gated.is_agent_only then 'the agent did not answer before the launch'
        else 'no unit before the launch whose window is over'
    end as why_not_applicable,
    gated.difference,
    gated.difference_low,
    gated.difference_high,
    gated.smallest_visible_difference,
    gated.standardised_value,
    gated.standardised_difference,
    gated.standardised_difference - gated.standardised_half_width as standardised_difference_low,
    gated.standardised_difference + gated.standardised_half_width as standardised_difference_high,
    gated.mix_coverage,
    cast(gated.count_strata as bigint) as count_strata,
    cast(gated.gate_run as integer) as gate_run,
    gated.gate_decision,
    gated.gate_hold_margin,
    gated.gate_stop_margin,
    gated.gate_limit,
    run_context.snapshot_id,
from gated
inner join scopes
    on gated.scope_id = scopes.scope_id
cross join run_context

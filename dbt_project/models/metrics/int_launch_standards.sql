with

cells as (

    select * from {{ ref('int_launch_cells') }}
    where
        units > 0
        -- a stratum's weight would be its amount and not its units: such values are compared as they are
        and kind not in ('difference', 'rate', 'weighted', 'ratio')
        and weight = 0
        and reason_code <> 'all'

),

scoped as (

    select
        cells.*,
        {{ launch_scope_of_unit() }} as scope_id,
    from cells
    {{ launch_key_joins('cells.workflow', 'cells.source', 'cells.segment') | indent(4) }}

),

phased as (

    select * from scoped

    union all

    select * replace ('pilot' as phase)
    from scoped
    where phase in ('first_50', 'first_100')

),

strata as (

    select
        metric_id,
        scope_id,
        phase,
        reason_code,
        delivery_stage,
        cast(sum(units) as double) as units,
        sum(total) as total,
    from phased
    where scope_id is not null
    group by
        metric_id,
        scope_id,
        phase,
        reason_code,
        delivery_stage

),

baselines as (

    select
        *,
        sum(units) over (partition by metric_id, scope_id) as all_units,
    from strata
    where phase = 'baseline'

),

-- strata that both have: a reason that only one of the phases knows says nothing about the change of a rate
common as (

    select
        strata.metric_id,
        strata.scope_id,
        strata.phase,
        strata.units,
        strata.total,
        baselines.units as baseline_units,
        baselines.total as baseline_total,
        baselines.all_units,
        baselines.units / sum(baselines.units) over (
            partition by strata.metric_id, strata.scope_id, strata.phase
        ) as weight,
    from strata
    inner join baselines
        on
            strata.metric_id = baselines.metric_id
            and strata.scope_id = baselines.scope_id
            and strata.reason_code = baselines.reason_code
            and strata.delivery_stage = baselines.delivery_stage
    where strata.phase <> 'baseline'

)

select
    metric_id,
    scope_id,
    phase,
    count(*) as count_strata,
    round(sum(baseline_units) / max(all_units), 9) as mix_coverage,
    round(sum(weight * total / units), 9) as standardised_value,
    round(sum(weight * baseline_total / baseline_units), 9) as standardised_baseline,
    round(sum(weight * weight / units), 12) as weight_squares,
    round(sum(weight * weight / baseline_units), 12) as baseline_weight_squares,
from common
group by
    metric_id,
    scope_id,
    phase

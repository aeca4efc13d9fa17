with

scopes as (

    select
        lower(trim(scopes.workflow)) as workflow,
        {{ scope_key('scopes.source_system') }} as source_key,
        {{ scope_key('scopes.segment') }} as segment_key,
        scopes.go_live_at,
        scopes.baseline_from,
        scopes.tuned_at,
    from {{ ref('stg_launch_scopes') }} as scopes

),

-- 'any' and '*' are one scope: of two spellings the launch that came first holds
ranked as (

    select
        *,
        workflow || '/' || source_key || '/' || segment_key as scope_id,
        row_number() over (
            partition by workflow, source_key, segment_key
            order by go_live_at, baseline_from, tuned_at
        ) as spelling_rank,
    from scopes

),

named as (

    select
        scope_id,
        workflow,
        source_key,
        segment_key,
        go_live_at,
        coalesce(baseline_from, {{ add_hours('go_live_at', -8 * 168) }}) as baseline_from,
        tuned_at,
        true as is_own_key,
    from ranked
    where spelling_rank = 1

),

-- units without a source fit a scope of any source; of several the one that went live first
without_source as (

    select
        *,
        row_number() over (
            partition by workflow, segment_key
            order by go_live_at, source_key
        ) as launch_rank,
    from named

),

final as (

    select * from named

    union all

    select
        scope_id,
        workflow,
        {{ no_source() }} as source_key,
        segment_key,
        go_live_at,
        baseline_from,
        tuned_at,
        false as is_own_key,
    from without_source
    where launch_rank = 1

)

select * from final

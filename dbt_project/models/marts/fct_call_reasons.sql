with

reasons as (

    select * from {{ ref('int_call_reasons') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- what the words say and what the records make of it are two statements about a call, so they are two rows
stated as (

    select
        reasons.* exclude (stated_reason_code, verified_reason_code),
        'stated' as reason_kind,
        reasons.stated_reason_code as reason_code,
    from reasons

),

verified as (

    select
        reasons.* exclude (stated_reason_code, verified_reason_code),
        'verified' as reason_kind,
        reasons.verified_reason_code as reason_code,
    from reasons

),

unioned as (

    select * from stated

    union all

    select * from verified

)

select
    unioned.call_id,
    unioned.tag_rank as reason_rank,
    unioned.reason_kind,
    unioned.reason_code,
    unioned.stated_reason_group,
    unioned.claim,
    unioned.confidence,
    unioned.span_turn_no,
    unioned.span_start,
    unioned.span_end,
    unioned.span_text,
    unioned.taxonomy_version,
    unioned.model_version,
    unioned.reason_source,
    unioned.recoded_from,
    unioned.started_at,
    {{ week_start('unioned.started_at') }} as week_start_date,
    unioned.call_key,
from unioned
cross join run_context

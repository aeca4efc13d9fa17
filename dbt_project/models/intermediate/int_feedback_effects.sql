with

states as (

    select * from {{ ref('int_feedback_states') }}
    where fixed_at is not null

),

weeks as (

    select
        weeks.*,
        {{ feedback_id('weeks') }} as feedback_id,
    from {{ ref('int_feedback_weeks') }} as weeks

),

rules as (

    select * from {{ ref('int_feedback_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

fixes as (

    select
        states.feedback_id,
        {{ week_number(week_start('states.fixed_at')) }} as fixed_week_no,
        {{ week_number(week_start('run_context.as_of')) }} as as_of_week_no,
    from states
    cross join run_context

),

-- whole weeks on both sides: the week of the fix belongs to neither
sides as (

    select
        fixes.feedback_id,
        fixes.fixed_week_no,
        fixes.as_of_week_no,
        {{ week_number('weeks.week_start_date') }} - fixes.fixed_week_no as week_distance,
        rules.effect_weeks,
        cast(weeks.volume as double) as volume,
        cast(weeks.calls as double) as calls,
    from fixes
    inner join weeks
        on fixes.feedback_id = weeks.feedback_id
    cross join rules

),

summed as (

    select
        feedback_id,
        sum(case when week_distance < 0 then volume else 0 end) as volume_before,
        sum(case when week_distance < 0 then calls else 0 end) as calls_before,
        sum(case when week_distance > 0 then volume else 0 end) as volume_after,
        sum(case when week_distance > 0 then calls else 0 end) as calls_after,
        max(as_of_week_no - fixed_week_no) > max(effect_weeks) as is_whole,
    from sides
    where
        week_distance <> 0
        and abs(week_distance) <= effect_weeks
    group by feedback_id

)

select
    feedback_id,
    cast(calls_before as bigint) as effect_calls_before,
    cast(calls_after as bigint) as effect_calls_after,
    volume_before / nullif(calls_before, 0) as effect_rate_before,
    volume_after / nullif(calls_after, 0) as effect_rate_after,
    case when calls_before > 0 and calls_after > 0
        then volume_after / calls_after - volume_before / calls_before end as effect,
    case when calls_before > 0 and calls_after > 0
        then {{ newcombe_low('volume_after', 'calls_after', 'volume_before', 'calls_before') }} end as effect_low,
    case when calls_before > 0 and calls_after > 0
        then {{ newcombe_high('volume_after', 'calls_after', 'volume_before', 'calls_before') }} end as effect_high,
    is_whole as is_effect_final,
from summed

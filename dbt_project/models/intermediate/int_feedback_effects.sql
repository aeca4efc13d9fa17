with

states as (

    select * from {{ ref('int_feedback_states') }}
    where fixed_at is not null

),

weeks as (

    select * from {{ ref('int_feedback_weeks') }}

),

rules as (

    select * from {{ ref('int_feedback_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

windows as (

    select
        states.feedback_id,
        states.fixed_at,
        {{ add_hours('states.fixed_at', '-168 * rules.effect_weeks') }} as earliest_at,
        {{ add_hours('states.fixed_at', '168 * rules.effect_weeks') }} as until_at,
    from states
    cross join rules

),

-- before = while the trouble was there: from the first week of a real rise, not longer than the time after
fixes as (

    select
        windows.feedback_id,
        windows.fixed_at,
        windows.until_at,
        weeks.owner,
        weeks.party_level,
        weeks.party,
        weeks.reason_code,
        coalesce(
            min(case
                when
                    weeks.is_real
                    and weeks.rate > weeks.rate_before
                    and {{ week_begin_at('weeks.week_start_date') }} >= windows.earliest_at
                    and {{ week_begin_at('weeks.week_start_date') }} < windows.fixed_at
                    then {{ week_begin_at('weeks.week_start_date') }}
            end), windows.earliest_at
        ) as from_at,
    from windows
    inner join weeks
        on windows.feedback_id = weeks.feedback_id
    cross join run_context
    group by
        windows.feedback_id,
        windows.fixed_at,
        windows.until_at,
        windows.earliest_at,
        weeks.owner,
        weeks.party_level,
        weeks.party,
        weeks.reason_code

),

party_levels as (

    select distinct fixes.party_level
    from fixes

),

calls as (

    select
        calls.started_at,
        calls.reason_code,
        party_levels.party_level,
        {{ feedback_party('party_levels.party_level', 'calls') | indent(8) }} as party,
    from {{ ref('fct_calls') }} as calls
    cross join party_levels
    where calls.is_engaged_inbound

),

summed as (

    select
        fixes.feedback_id,
        fixes.from_at,
        fixes.until_at,
        sum(case when calls.started_at < fixes.fixed_at then 1.0 else 0.0 end) as calls_before,
        sum(case when calls.started_at >= fixes.fixed_at then 1.0 else 0.0 end) as calls_after,
        sum(case
            when calls.started_at < fixes.fixed_at and calls.reason_code = fixes.reason_code then 1.0 else 0.0
        end) as volume_before,
        sum(case
            when calls.started_at >= fixes.fixed_at and calls.reason_code = fixes.reason_code then 1.0 else 0.0
        end) as volume_after,
    from fixes
    inner join calls
        on
            fixes.party_level = calls.party_level
            and fixes.party = calls.party
    where
        calls.started_at >= fixes.from_at
        and calls.started_at < fixes.until_at
    group by
        fixes.feedback_id,
        fixes.from_at,
        fixes.until_at

),

as_numbers as (

    select
        feedback_id,
        from_at,
        until_at,
        cast(calls_before as double) as calls_before,
        cast(calls_after as double) as calls_after,
        cast(volume_before as double) as volume_before,
        cast(volume_after as double) as volume_after,
    from summed

)

select
    as_numbers.feedback_id,
    as_numbers.from_at as effect_from_at,
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
    as_numbers.until_at <= run_context.as_of as is_effect_final,
from as_numbers
cross join run_context

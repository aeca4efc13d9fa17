with

weeks as (

    select * from {{ ref('int_feedback_weeks') }}

),

rules as (

    select * from {{ ref('int_feedback_rules') }}

),

mix as (

    select * from {{ ref('int_feedback_mix') }}

),

examples as (

    select * from {{ ref('int_feedback_examples') }}

),

states as (

    select * from {{ ref('int_feedback_states') }}

),

effects as (

    select * from {{ ref('int_feedback_effects') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

judged as (

    select
        weeks.*,
        weeks.rate - weeks.rate_before as change,
        weeks.volume - weeks.rate_before * weeks.calls as excess_volume,
        rules.cost_per_minute,
        rules.cost_per_ticket,
        {{ week_end_at('weeks.week_start_date') }} <= run_context.as_of as is_week_over,
        run_context.snapshot_id,
    from weeks
    cross join rules
    cross join run_context

),

-- a rise that is real opens the item; a later one opens it again after a fix
with_risen as (

    select
        *,
        max(case when is_real and change > 0 then week_start_date end) over (partition by feedback_id)
            as last_risen_week,
        min(case when is_real and change > 0 then week_start_date end) over (partition by feedback_id)
            as first_risen_week,
    from judged

)

select
    with_risen.feedback_id,
    with_risen.week_start_date,
    with_risen.owner,
    with_risen.party_level,
    with_risen.party,
    with_risen.reason_code,
    with_risen.volume,
    with_risen.calls,
    with_risen.rate,
    {{ wilson_low('cast(with_risen.volume as double)', 'cast(with_risen.calls as double)') }} as ci_low,
    {{ wilson_high('cast(with_risen.volume as double)', 'cast(with_risen.calls as double)') }} as ci_high,
    with_risen.rate_before,
    with_risen.weeks_before,
    with_risen.change,
    {{ settled('with_risen.excess_volume') }} as excess_volume,
    with_risen.basis,
    with_risen.control_low,
    with_risen.control_high,
    with_risen.dispersion,
    with_risen.distance,
    with_risen.p_value,
    with_risen.q_value,
    with_risen.is_real,
    with_risen.calendar_events,
    mix.mix_part,
    mix.rate_part,
    with_risen.handle_minutes,
    with_risen.tickets,
    round(
        with_risen.handle_minutes * with_risen.cost_per_minute + with_risen.tickets * with_risen.cost_per_ticket, 2
    ) as cost,
    coalesce(cast(examples.count_confirmed as bigint), 0) as count_confirmed,
    examples.example_1_call_id,
    examples.example_1_evidence,
    examples.example_2_call_id,
    examples.example_2_evidence,
    examples.example_3_call_id,
    examples.example_3_evidence,
    case
        when states.decision in ('fixed', 'dismissed') and with_risen.last_risen_week > cast(states.decided_at as date)
            then 'open'
        when states.decision is not null then states.decision
        when with_risen.first_risen_week is not null then 'open'
        else 'quiet'
    end as state,
    with_risen.first_risen_week,
    with_risen.last_risen_week,
    states.acknowledged_at,
    states.fixed_at,
    states.decided_by,
    effects.effect_from_at,
    effects.effect_rate_before,
    effects.effect_rate_after,
    effects.effect_calls_before,
    effects.effect_calls_after,
    effects.effect,
    effects.effect_low,
    effects.effect_high,
    effects.is_effect_final,
    case when with_risen.is_week_over then 'final' else 'provisional' end as maturity,
    with_risen.snapshot_id,
from with_risen
left join mix
    on
        with_risen.week_start_date = mix.week_start_date
        and with_risen.owner = mix.owner
        and with_risen.party_level = mix.party_level
        and with_risen.party = mix.party
        and with_risen.reason_code = mix.reason_code
left join examples
    on
        with_risen.week_start_date = examples.week_start_date
        and with_risen.owner = examples.owner
        and with_risen.party_level = examples.party_level
        and with_risen.party = examples.party
        and with_risen.reason_code = examples.reason_code
left join states
    on with_risen.feedback_id = states.feedback_id
left join effects
    on with_risen.feedback_id = effects.feedback_id
where
    with_risen.volume > 0
    or with_risen.is_real

with

flows as (

    select * from {{ ref('int_share_flows') }}

),

guessed as (

    select
        audit_calls.week_start_date,
        audit_calls.best_guess as reason_code,
        count(*) as count_calls,
    from {{ ref('int_audit_calls') }} as audit_calls
    group by
        audit_calls.week_start_date,
        audit_calls.best_guess

),

week_totals as (

    select
        guessed.week_start_date,
        sum(guessed.count_calls) as count_calls,
    from guessed
    group by guessed.week_start_date

),

keyed as (

    select
        flows.*,
        coalesce(guessed.count_calls, 0) as count_guessed,
        week_totals.count_calls as count_calls_week,
        {{ text_hash("cast(flows.week_start_date as varchar) || flows.replicate || flows.reason_code || ' out'") }}
            as hash_out,
        {{ text_hash("cast(flows.week_start_date as varchar) || flows.replicate || flows.reason_code || ' in'") }}
            as hash_in,
    from flows
    inner join week_totals
        on flows.week_start_date = week_totals.week_start_date
    left join guessed
        on
            flows.week_start_date = guessed.week_start_date
            and flows.reason_code = guessed.reason_code

),

-- a replicate also draws what happened in this very week: the rate of errors is one thing, one week of it another
final as (

    select
        week_start_date,
        replicate,
        reason_code,
        case
            when replicate = 0 then (count_guessed - calls_out + calls_in) / count_calls_week
            else (
                greatest(count_guessed - {{ poisson_count('calls_out', 'hash_out') }}, 0.0)
                + {{ poisson_count('calls_in', 'hash_in') }}
            ) / count_calls_week
        end as share,
    from keyed

)

select
    week_start_date,
    replicate,
    reason_code,
    {{ settled('share') }} as share,
from final

with

predicted as (

    select
        audit_calls.week_start_date,
        audit_calls.predicted_code as reason_code,
        count(*) as count_calls,
    from {{ ref('int_audit_calls') }} as audit_calls
    group by
        audit_calls.week_start_date,
        audit_calls.predicted_code

),

moves as (

    select * from {{ ref('int_share_moves') }}

),

replicates as (

    select * from {{ integer_spine(0, replicates()) }} as spine

),

gains as (

    select
        week_start_date,
        true_code as reason_code,
        replicate,
        calls_moved as calls,
    from moves

    union all

    select
        week_start_date,
        predicted_code as reason_code,
        replicate,
        -calls_moved as calls,
    from moves

),

net_gains as (

    select
        week_start_date,
        reason_code,
        replicate,
        sum(calls) as calls,
    from gains
    group by
        week_start_date,
        reason_code,
        replicate

),

codes_of_week as (

    select week_start_date, reason_code from predicted
    union
    select week_start_date, reason_code from net_gains

),

-- a code that a replicate never meets is there too; an estimate below nothing is nothing
estimated as (

    select
        codes_of_week.week_start_date,
        codes_of_week.reason_code,
        replicates.replicate,
        greatest(coalesce(predicted.count_calls, 0) + coalesce(net_gains.calls, 0), 0.0) as calls,
    from codes_of_week
    cross join replicates
    left join predicted
        on
            codes_of_week.week_start_date = predicted.week_start_date
            and codes_of_week.reason_code = predicted.reason_code
    left join net_gains
        on
            codes_of_week.week_start_date = net_gains.week_start_date
            and codes_of_week.reason_code = net_gains.reason_code
            and replicates.replicate = net_gains.replicate

),

final as (

    select
        week_start_date,
        reason_code,
        replicate,
        calls / sum(calls) over (partition by week_start_date, replicate) as share,
    from estimated

)

select * from final

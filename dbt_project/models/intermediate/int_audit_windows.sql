with

draws as (

    select * from {{ ref('int_audit_draws') }}

),

weeks as (

    select distinct audit_calls.week_start_date
    from {{ ref('int_audit_calls') }} as audit_calls

),

-- the audit of the eight weeks that end with a week speaks for that week
final as (

    select
        weeks.week_start_date,
        draws.replicate,
        draws.classifier_status,
        draws.best_guess,
        draws.true_code,
        sum(draws.times) as times,
    from weeks
    inner join draws
        on
            draws.week_start_date > weeks.week_start_date - interval 56 day
            and draws.week_start_date <= weeks.week_start_date
    group by
        weeks.week_start_date,
        draws.replicate,
        draws.classifier_status,
        draws.best_guess,
        draws.true_code

)

select * from final

with

audited as (

    select * from {{ ref('int_audit_calls') }}
    where is_audited

),

-- replicate 0 is the audit as it is
replicates as (

    select
        spine.replicate,
        1 + mod({{ text_hash("'factor ' || spine.replicate") }}, {{ draw_prime() }} - 1) as factor,
        mod({{ text_hash("'shift ' || spine.replicate") }}, {{ draw_prime() }}) as shift,
    from {{ integer_spine(0, replicates()) }} as spine

),

drawn as (

    select
        replicates.replicate,
        audited.week_start_date,
        audited.classifier_status,
        audited.best_guess,
        audited.true_code,
        case
            when replicates.replicate = 0 then 1
            else {{ poisson_one(replicate_draw('audited.call_key', 'replicates.factor', 'replicates.shift')) }}
        end as times,
    from audited
    cross join replicates

),

final as (

    select
        replicate,
        week_start_date,
        classifier_status,
        best_guess,
        true_code,
        sum(times) as times,
    from drawn
    where times > 0
    group by
        replicate,
        week_start_date,
        classifier_status,
        best_guess,
        true_code

)

select * from final

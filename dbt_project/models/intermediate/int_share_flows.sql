with

windows as (

    select * from {{ ref('int_audit_windows') }}

),

errors as (

    select * from {{ ref('int_status_errors') }}

),

cells as (

    select
        audit_calls.week_start_date,
        audit_calls.classifier_status,
        audit_calls.best_guess,
        count(*) as count_calls,
    from {{ ref('int_audit_calls') }} as audit_calls
    group by
        audit_calls.week_start_date,
        audit_calls.classifier_status,
        audit_calls.best_guess

),

replicates as (

    select distinct draws.replicate
    from {{ ref('int_audit_draws') }} as draws

),

cell_times as (

    select
        week_start_date,
        replicate,
        classifier_status,
        best_guess,
        sum(times) as times,
        sum(case when best_guess <> true_code then times else 0 end) as times_wrong,
    from windows
    group by
        week_start_date,
        replicate,
        classifier_status,
        best_guess

),

status_errors as (

    select
        week_start_date,
        replicate,
        classifier_status,
        sum(error_share) as error_share,
    from errors
    group by
        week_start_date,
        replicate,
        classifier_status

),

-- how many calls of the week an audited call of the cell stands for, borrowed calls included
weighed as (

    select
        cells.*,
        replicates.replicate,
        coalesce(status_errors.error_share, 0) as error_share,
        coalesce(cell_times.times_wrong, 0) as times_wrong,
        cells.count_calls / (coalesce(cell_times.times, 0) + {{ borrowed_calls() }}) as stands_for,
    from cells
    cross join replicates
    left join status_errors
        on
            cells.week_start_date = status_errors.week_start_date
            and cells.classifier_status = status_errors.classifier_status
            and replicates.replicate = status_errors.replicate
    left join cell_times
        on
            cells.week_start_date = cell_times.week_start_date
            and cells.classifier_status = cell_times.classifier_status
            and cells.best_guess = cell_times.best_guess
            and replicates.replicate = cell_times.replicate

),

flows as (

    -- wrong calls leave the code that was guessed
    select
        week_start_date,
        replicate,
        best_guess as reason_code,
        stands_for * (times_wrong + {{ borrowed_calls() }} * error_share) as calls_out,
        0.0 as calls_in,
    from weighed

    union all

    -- and arrive where people found them
    select
        weighed.week_start_date,
        weighed.replicate,
        windows.true_code as reason_code,
        0.0 as calls_out,
        weighed.stands_for * windows.times as calls_in,
    from weighed
    inner join windows
        on
            weighed.week_start_date = windows.week_start_date
            and weighed.replicate = windows.replicate
            and weighed.classifier_status = windows.classifier_status
            and weighed.best_guess = windows.best_guess
    where windows.best_guess <> windows.true_code

    union all

    -- or, for the borrowed calls, where those of their status were found
    select
        borrowed.week_start_date,
        borrowed.replicate,
        errors.true_code as reason_code,
        0.0 as calls_out,
        borrowed.calls * errors.error_share as calls_in,
    from (
        select
            weighed.week_start_date,
            weighed.replicate,
            weighed.classifier_status,
            sum(weighed.stands_for) * {{ borrowed_calls() }} as calls,
        from weighed
        group by
            weighed.week_start_date,
            weighed.replicate,
            weighed.classifier_status
    ) as borrowed
    inner join errors
        on
            borrowed.week_start_date = errors.week_start_date
            and borrowed.replicate = errors.replicate
            and borrowed.classifier_status = errors.classifier_status

),

final as (

    select
        week_start_date,
        replicate,
        reason_code,
        sum(calls_out) as calls_out,
        sum(calls_in) as calls_in,
    from flows
    group by
        week_start_date,
        replicate,
        reason_code

)

select * from final

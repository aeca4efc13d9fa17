with

windows as (

    select * from {{ ref('int_audit_windows') }}

),

audit_calls as (

    select * from {{ ref('int_audit_calls') }}

),

-- nothing to do where nobody has audited
replicates as (

    select distinct draws.replicate
    from {{ ref('int_audit_draws') }} as draws

),

statuses as (

    select distinct
        week_start_date,
        classifier_status,
    from audit_calls

),

-- a status that nobody audited has its imagined calls only
status_times as (

    select
        statuses.week_start_date,
        replicates.replicate,
        statuses.classifier_status,
        coalesce(sum(windows.times), 0) as times,
    from statuses
    cross join replicates
    left join windows
        on
            statuses.week_start_date = windows.week_start_date
            and statuses.classifier_status = windows.classifier_status
            and replicates.replicate = windows.replicate
    group by
        statuses.week_start_date,
        replicates.replicate,
        statuses.classifier_status

),

found as (

    select
        week_start_date,
        replicate,
        classifier_status,
        true_code,
        times,
    from windows
    where best_guess <> true_code

),

code_shares as (

    select
        week_start_date,
        predicted_code,
        count(*) / sum(count(*)) over (partition by week_start_date) as share,
    from audit_calls
    where classifier_status = 'accepted'
    group by
        week_start_date,
        predicted_code

),

-- the imagined error belongs to each code as often as the classifier accepts it
imagined as (

    select
        status_times.week_start_date,
        status_times.replicate,
        status_times.classifier_status,
        code_shares.predicted_code as true_code,
        {{ imagined_errors() }} * code_shares.share as times,
    from status_times
    inner join code_shares
        on status_times.week_start_date = code_shares.week_start_date

),

unioned as (

    select * from found
    union all
    select * from imagined

),

final as (

    select
        unioned.week_start_date,
        unioned.replicate,
        unioned.classifier_status,
        unioned.true_code,
        sum(unioned.times) / (max(status_times.times) + {{ imagined_calls() }}) as error_share,
    from unioned
    inner join status_times
        on
            unioned.week_start_date = status_times.week_start_date
            and unioned.replicate = status_times.replicate
            and unioned.classifier_status = status_times.classifier_status
    group by
        unioned.week_start_date,
        unioned.replicate,
        unioned.classifier_status,
        unioned.true_code

)

select * from final

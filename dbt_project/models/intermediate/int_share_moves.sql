with

audit_calls as (

    select * from {{ ref('int_audit_calls') }}

),

draws as (

    select * from {{ ref('int_audit_draws') }}

),

predicted as (

    select
        week_start_date,
        predicted_code,
        count(*) as count_calls,
    from audit_calls
    group by
        week_start_date,
        predicted_code

),

weeks as (

    select distinct predicted.week_start_date
    from predicted

),

-- the audit of the eight weeks that end with a week corrects that week
windowed as (

    select
        weeks.week_start_date,
        draws.replicate,
        draws.predicted_code,
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
        draws.predicted_code,
        draws.true_code

),

-- a predicted code with ten audited calls is a stratum of its own; all others share one
own_strata as (

    select
        week_start_date,
        predicted_code,
    from windowed
    where replicate = 0
    group by
        week_start_date,
        predicted_code
    having sum(times) >= 10

),

stratum_sizes as (

    select
        predicted.week_start_date,
        coalesce(own_strata.predicted_code, '(few)') as stratum,
        sum(predicted.count_calls) as count_calls,
    from predicted
    left join own_strata
        on
            predicted.week_start_date = own_strata.week_start_date
            and predicted.predicted_code = own_strata.predicted_code
    group by
        predicted.week_start_date,
        coalesce(own_strata.predicted_code, '(few)')

),

stratified as (

    select
        windowed.*,
        coalesce(own_strata.predicted_code, '(few)') as stratum,
        sum(windowed.times) over (
            partition by windowed.week_start_date, windowed.replicate, coalesce(own_strata.predicted_code, '(few)')
        ) as stratum_times,
    from windowed
    left join own_strata
        on
            windowed.week_start_date = own_strata.week_start_date
            and windowed.predicted_code = own_strata.predicted_code

),

-- what an audited call stands for in its stratum moves from the predicted to the true code
final as (

    select
        stratified.week_start_date,
        stratified.replicate,
        stratified.predicted_code,
        stratified.true_code,
        stratified.times * stratum_sizes.count_calls / stratified.stratum_times as calls_moved,
    from stratified
    inner join stratum_sizes
        on
            stratified.week_start_date = stratum_sizes.week_start_date
            and stratified.stratum = stratum_sizes.stratum
    where stratified.predicted_code <> stratified.true_code

)

select * from final

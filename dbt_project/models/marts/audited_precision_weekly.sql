with

audited as (

    select * from {{ ref('int_audit_calls') }}
    where
        is_audited
        and classifier_status = 'accepted'

),

weeks as (

    select distinct audited.week_start_date
    from audited

),

by_week as (

    select
        audited.week_start_date,
        '(all)' as reason_code,
        1 as window_weeks,
        count(*) as count_audited,
        sum(case when audited.predicted_code = audited.true_code then 1 else 0 end) as count_right,
        {{ settled('avg(audited.confidence)') }} as mean_confidence,
    from audited
    group by audited.week_start_date

),

-- a code is audited a few times a week, so it is judged over eight weeks
by_code as (

    select
        weeks.week_start_date,
        audited.predicted_code as reason_code,
        8 as window_weeks,
        count(*) as count_audited,
        sum(case when audited.predicted_code = audited.true_code then 1 else 0 end) as count_right,
        {{ settled('avg(audited.confidence)') }} as mean_confidence,
    from weeks
    inner join audited
        on
            audited.week_start_date > weeks.week_start_date - interval 56 day
            and audited.week_start_date <= weeks.week_start_date
    group by
        weeks.week_start_date,
        audited.predicted_code

),

unioned as (

    select * from by_week
    union all
    select * from by_code

)

select
    week_start_date,
    reason_code,
    window_weeks,
    count_audited,
    cast(count_right as bigint) as count_right,
    count_right / count_audited as precision_value,
    {{ wilson_low('count_right', 'count_audited') }} as ci_low,
    {{ wilson_high('count_right', 'count_audited') }} as ci_high,
    mean_confidence,
from unioned

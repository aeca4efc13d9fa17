with

audit_calls as (

    select * from {{ ref('int_audit_calls') }}

),

estimates as (

    select * from {{ ref('int_share_estimates') }}

),

predicted as (

    select
        week_start_date,
        predicted_code as reason_code,
        count(*) as count_calls,
    from audit_calls
    group by
        week_start_date,
        predicted_code

),

audited_weeks as (

    select
        week_start_date,
        count(*) as count_calls_week,
        sum(case when is_audited then 1 else 0 end) as count_audited_week,
    from audit_calls
    group by week_start_date

),

audits as (

    select
        weeks.week_start_date,
        weeks.count_calls_week,
        cast(sum(audits.count_audited_week) as bigint) as count_audited,
    from audited_weeks as weeks
    inner join audited_weeks as audits
        on
            audits.week_start_date > weeks.week_start_date - interval 56 day
            and audits.week_start_date <= weeks.week_start_date
    group by
        weeks.week_start_date,
        weeks.count_calls_week

),

summarised as (

    select
        week_start_date,
        reason_code,
        max(case when replicate = 0 then share end) as corrected_share,
        {{ percentiles('case when replicate > 0 then share end', [0.025, 0.975]) }} as bounds,
    from estimates
    group by
        week_start_date,
        reason_code

),

codes_of_week as (

    select week_start_date, reason_code from summarised
    union
    select week_start_date, reason_code from predicted

),

joined as (

    select
        codes_of_week.week_start_date,
        codes_of_week.reason_code,
        coalesce(summarised.corrected_share, 0.0) as corrected_share,
        coalesce(summarised.bounds[1], 0.0) as ci_low,
        coalesce(summarised.bounds[2], 0.0) as ci_high,
        audits.count_calls_week,
        audits.count_audited,
        coalesce(predicted.count_calls, 0) as count_calls,
        -- fifty audited calls move a share in steps of two points: with fewer the correction is noise
        audits.count_audited >= {{ fewest_audited() }} as is_enough,
    from codes_of_week
    inner join audits
        on codes_of_week.week_start_date = audits.week_start_date
    left join summarised
        on
            codes_of_week.week_start_date = summarised.week_start_date
            and codes_of_week.reason_code = summarised.reason_code
    left join predicted
        on
            codes_of_week.week_start_date = predicted.week_start_date
            and codes_of_week.reason_code = predicted.reason_code

)

select
    week_start_date,
    reason_code,
    count_calls,
    count_calls_week,
    count_calls / count_calls_week as crude_share,
    case when is_enough then corrected_share end as corrected_share,
    case when is_enough then ci_low end as ci_low,
    case when is_enough then ci_high end as ci_high,
    count_audited,
    {{ fewest_audited() }} as fewest_audited,
from joined

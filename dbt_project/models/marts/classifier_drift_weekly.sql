with

audit_calls as (

    select * from {{ ref('int_audit_calls') }}

),

shifts as (

    select * from {{ ref('int_code_shifts') }}

),

marked as (

    select
        *,
        classifier_status = 'accepted' as is_accepted,
        is_audited and classifier_status = 'accepted' as is_audited_accepted,
    from audit_calls

),

weeks as (

    select
        week_start_date,
        count(*) as count_calls,
        cast(sum(case when is_accepted then 1 else 0 end) as bigint) as count_accepted,
        cast(sum(case when classifier_status = 'abstained' then 1 else 0 end) as bigint) as count_abstained,
        {{ settled('avg(case when is_accepted then confidence end)') }} as mean_confidence,
        cast(sum(case when is_sampled then 1 else 0 end) as bigint) as count_sampled,
        cast(sum(case when is_audited then 1 else 0 end) as bigint) as count_audited,
        cast(sum(case when is_audited_accepted then 1 else 0 end) as bigint) as count_audited_accepted,
        cast(
            sum(case when is_audited_accepted and predicted_code = true_code then 1 else 0 end) as bigint
        ) as count_right,
        {{ settled('avg(case when is_audited_accepted then confidence end)') }} as mean_confidence_audited,
    from marked
    group by week_start_date

)

select
    weeks.week_start_date,
    weeks.count_calls,
    weeks.count_accepted / weeks.count_calls as accepted_share,
    weeks.count_abstained / weeks.count_calls as abstained_share,
    {{ wilson_low('weeks.count_abstained', 'weeks.count_calls') }} as abstained_ci_low,
    {{ wilson_high('weeks.count_abstained', 'weeks.count_calls') }} as abstained_ci_high,
    weeks.mean_confidence,
    weeks.count_sampled,
    weeks.count_audited,
    weeks.count_audited_accepted,
    case
        when weeks.count_audited_accepted > 0 then weeks.count_right / weeks.count_audited_accepted
    end as audited_precision,
    {{ wilson_low('weeks.count_right', 'weeks.count_audited_accepted') }} as precision_ci_low,
    {{ wilson_high('weeks.count_right', 'weeks.count_audited_accepted') }} as precision_ci_high,
    case
        when weeks.count_audited_accepted > 0
            then weeks.mean_confidence_audited - weeks.count_right / weeks.count_audited_accepted
    end as overconfidence,
    -- the claim of the confidence lies outside of what the audit allows
    coalesce(
        weeks.mean_confidence_audited
        > {{ wilson_high('weeks.count_right', 'weeks.count_audited_accepted') }}
        or weeks.mean_confidence_audited
        < {{ wilson_low('weeks.count_right', 'weeks.count_audited_accepted') }},
        false
    ) as is_miscalibrated,
    {{ settled('shifts.stability_index') }} as stability_index,
    {{ settled('shifts.stability_index_by_chance') }} as stability_index_by_chance,
    coalesce(shifts.stability_index - shifts.stability_index_by_chance > 0.1, false) as is_shifted,
from weeks
left join shifts
    on weeks.week_start_date = shifts.week_start_date

with

code_weeks as (

    select
        audit_calls.week_start_date,
        audit_calls.predicted_code,
        count(*) as count_calls,
    from {{ ref('int_audit_calls') }} as audit_calls
    group by
        audit_calls.week_start_date,
        audit_calls.predicted_code

),

weeks as (

    select distinct code_weeks.week_start_date
    from code_weeks

),

-- this week's calls of each code beside those of the eight weeks before it
parts as (

    select
        week_start_date,
        predicted_code,
        count_calls as count_now,
        0 as count_before,
    from code_weeks

    union all

    select
        weeks.week_start_date,
        code_weeks.predicted_code,
        0 as count_now,
        code_weeks.count_calls as count_before,
    from weeks
    inner join code_weeks
        on
            code_weeks.week_start_date >= weeks.week_start_date - interval 56 day
            and code_weeks.week_start_date < weeks.week_start_date

),

-- half a call more in each code, so that a code that is new or gone does not make the index infinite
compared as (

    select
        week_start_date,
        predicted_code,
        sum(count_now) + 0.5 as count_now,
        sum(count_before) + 0.5 as count_before,
        sum(sum(count_now) + 0.5) over (partition by week_start_date) as total_now,
        sum(sum(count_before) + 0.5) over (partition by week_start_date) as total_before,
        sum(sum(count_before)) over (partition by week_start_date) as calls_before,
    from parts
    group by
        week_start_date,
        predicted_code

),

final as (

    select
        week_start_date,
        sum(
            (count_now / total_now - count_before / total_before)
            * ln((count_now / total_now) / (count_before / total_before))
        ) as stability_index,
        -- what two samples of these sizes from one and the same population would show
        (count(*) - 1) * (1 / max(total_now) + 1 / max(total_before)) as stability_index_by_chance,
    from compared
    where calls_before > 0
    group by week_start_date

)

select * from final

with

metric_weeks as (

    select * from {{ ref('int_metric_weeks') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

weeks as (

    select distinct metric_weeks.week_start_date
    from metric_weeks

)

select
    weeks.week_start_date,
    cast(weeks.week_start_date + interval 6 day as date) as week_end_date,
    {{ iso_week_label('weeks.week_start_date') }} as iso_week,
    cast(weeks.week_start_date as timestamp) at time zone run_context.reporting_timezone as starts_at,
    {{ week_end_at('weeks.week_start_date') }} as ends_at,
    {{ week_end_at('weeks.week_start_date') }} <= run_context.as_of as is_over,
    run_context.reporting_timezone,
    calendar_weeks.calendar_events,
from weeks
cross join run_context
left join {{ ref('int_calendar_weeks') }} as calendar_weeks
    on weeks.week_start_date = calendar_weeks.week_start_date

with

calls as (

    select * from {{ ref('fct_calls') }}
    where is_engaged

),

call_records as (

    select * from {{ ref('stg_calls') }}

),

spoken as (

    select
        calls.week_start_date,
        calls.workflow,
        nullif(lower(trim(call_records.objection)), '') as objection,
        calls.call_outcome,
    from calls
    inner join call_records
        on calls.call_key = call_records.call_key

),

workflow_weeks as (

    select
        week_start_date,
        workflow,
        count(*) as count_engaged_calls,
    from spoken
    group by
        week_start_date,
        workflow

),

objections as (

    select
        week_start_date,
        workflow,
        objection,
        count(*) as count_calls,
        sum(case when call_outcome in ('transferred_human', 'deferred_human') then 1 else 0 end) as count_escalated,
    from spoken
    where objection is not null
    group by
        week_start_date,
        workflow,
        objection

)

select
    objections.week_start_date,
    objections.workflow,
    objections.objection,
    objections.count_calls,
    workflow_weeks.count_engaged_calls,
    cast(objections.count_calls as double) / workflow_weeks.count_engaged_calls as share_of_calls,
    cast(objections.count_escalated as bigint) as count_escalated,
from objections
inner join workflow_weeks
    on
        objections.week_start_date = workflow_weeks.week_start_date
        and objections.workflow = workflow_weeks.workflow

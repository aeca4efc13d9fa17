with

alerts as (

    select * from {{ ref('stg_owner_alerts') }}
    where call_id is not null

),

calls as (

    select * from {{ ref('fct_calls') }}

),

conduct as (

    select
        call_key,
        meets_mandated_rule,
        must_queue,
    from {{ ref('fct_call_conduct') }}

),

promises as (

    select distinct promises.call_key
    from {{ ref('stg_promises') }} as promises
    where promises.call_key is not null

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

joined as (

    select
        alerts.alert_id,
        alerts.call_id,
        alerts.sent_at,
        {{ week_start('alerts.sent_at') }} as week_start_date,
        alerts.channel,
        alerts.cause,
        coalesce(calls.workflow, 'unknown') as workflow,
        {{ call_dimensions('calls') }}
        alerts.acknowledged_at,
        -- a person was needed for what the alert says, by what was known of the call
        case alerts.cause
            when 'promise' then promises.call_key is not null
            when 'approval' then coalesce(conduct.meets_mandated_rule or conduct.must_queue, false)
            when 'decision'
                then
                    coalesce(conduct.meets_mandated_rule or conduct.must_queue, false)
                    or coalesce(calls.call_outcome in ('transferred_human', 'deferred_human'), false)
            else false
        end as is_needed,
        alerts.call_key,
    from alerts
    left join calls
        on alerts.call_key = calls.call_key
    left join conduct
        on alerts.call_key = conduct.call_key
    left join promises
        on alerts.call_key = promises.call_key
    cross join run_context

)

select * from joined

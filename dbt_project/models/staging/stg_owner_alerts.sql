with

source as (

    select * from {{ source('raw', 'all_owner_alerts') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.alert_id,
        source.call_id,
        source.call_key,
        source.incident_id,
        source.channel,
        source.cause,
        source.severity_rule_id,
        source.sent_at,
        case when source.acknowledged_at <= run_context.as_of then source.acknowledged_at end as acknowledged_at,
    from source
    cross join run_context
    where source.sent_at <= run_context.as_of

)

select * from known_by_as_of

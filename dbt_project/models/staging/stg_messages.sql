with

source as (

    select * from {{ source('raw', 'all_messages') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.message_id,
        source.customer_id,
        source.customer_key,
        source.order_id,
        source.order_key,
        source.ticket_id,
        source.ticket_key,
        source.call_id,
        source.call_key,
        source.incident_id,
        source.channel,
        source.purpose,
        source.approved_message_id,
        source.is_automatic_recap,
        source.sent_at,
        case when source.delivered_at <= run_context.as_of then source.delivered_at end as delivered_at,
        case when source.clicked_at <= run_context.as_of then source.clicked_at end as clicked_at,
        case when source.replied_at <= run_context.as_of then source.replied_at end as replied_at,
        case when source.acknowledged_at <= run_context.as_of then source.acknowledged_at end as acknowledged_at,
    from source
    cross join run_context
    where source.sent_at <= run_context.as_of

)

select * from known_by_as_of

with

source as (

    select * from {{ source('raw', 'all_messages') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- whose records of other systems are that do not name the shop's customer
matches as (

    select * from {{ ref('int_customer_matches') }}
    where record_type = 'message' and customer_id is not null

),

known_by_as_of as (

    select
        source.message_id,
        {{ matched_customer('customer_id', 'message') }} as customer_id,
        {{ matched_customer('customer_key', 'message') }} as customer_key,
        source.order_id,
        source.order_key,
        source.ticket_id,
        source.ticket_key,
        source.call_id,
        source.call_key,
        source.incident_id,
        source.cart_id,
        source.exception_id,
        source.channel,
        source.purpose,
        source.template_id,
        source.rule_id,
        source.approved_message_id,
        source.asserted_order_state,
        source.asserted_promise_at,
        source.order_state_version,
        source.is_automatic_recap,
        source.discount_code,
        source.sent_at,
        case when source.delivered_at <= run_context.as_of then source.delivered_at end as delivered_at,
        case when source.failed_at <= run_context.as_of then source.failed_at end as failed_at,
        case when source.clicked_at <= run_context.as_of then source.clicked_at end as clicked_at,
        case when source.replied_at <= run_context.as_of then source.replied_at end as replied_at,
        case when source.acknowledged_at <= run_context.as_of then source.acknowledged_at end as acknowledged_at,
    from source
    left join matches
        on source.message_id = matches.record_id
    cross join run_context
    where source.sent_at <= run_context.as_of

)

select * from known_by_as_of

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
        source.cart_id,
        source.order_id,
        source.order_key,
        source.ticket_id,
        source.ticket_key,
        source.call_id,
        source.call_key,
        source.channel,
        source.purpose,
        source.is_automatic_recap,
        source.sent_at,
        case when source.delivered_at <= run_context.as_of then source.delivered_at end as delivered_at,
        case when source.clicked_at <= run_context.as_of then source.clicked_at end as clicked_at,
        source.discount_code,
    from source
    cross join run_context
    where source.sent_at <= run_context.as_of

)

select * from known_by_as_of

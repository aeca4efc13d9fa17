with

source as (

    select * from {{ source('raw', 'all_orders') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- whose records of other systems are that do not name the shop's customer
matches as (

    select * from {{ ref('int_customer_matches') }}
    where record_type = 'order' and customer_id is not null

),

known_by_as_of as (

    select
        source.order_id,
        source.order_key,
        {{ matched_customer('customer_id', 'order') }} as customer_id,
        {{ matched_customer('customer_key', 'order') }} as customer_key,
        source.placed_at,
        source.channel,
        source.store_id,
        source.currency,
        source.net,
        source.discount_codes,
        source.checkout_token,
        source.payment_status,
        source.fulfillment_status,
        case when source.cancelled_at <= run_context.as_of then source.cancelled_at end as cancelled_at,
        source.promised_ship_by,
        source.promised_delivery_at,
        source.service_level,
        source.brand,
        source.region,
        source.risk_level,
        source.warehouse_id,
    from source
    left join matches
        on source.order_id = matches.record_id
    cross join run_context
    where source.placed_at <= run_context.as_of

)

select * from known_by_as_of

with

source as (

    select * from {{ source('raw', 'all_carts') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- whose records of other systems are that do not name the shop's customer
matches as (

    select * from {{ ref('int_customer_matches') }}
    where record_type = 'cart' and customer_id is not null

),

known_by_as_of as (

    select
        source.cart_id,
        {{ matched_customer('customer_id', 'cart') }} as customer_id,
        {{ matched_customer('customer_key', 'cart') }} as customer_key,
        source.checkout_token,
        source.store_id,
        source.created_at,
        case when source.abandoned_at <= run_context.as_of then source.abandoned_at end as abandoned_at,
        source.value,
        source.currency,
        source.skus,
        source.has_contact,
        source.checkout_error_code,
        -- an order of which no time is told counts as known
        case
            when source.completed_at is null or source.completed_at <= run_context.as_of
                then source.completed_order_id
        end as completed_order_id,
        case when source.completed_at <= run_context.as_of then source.completed_at end as completed_at,
    from source
    left join matches
        on source.cart_id = matches.record_id
    cross join run_context
    where source.created_at <= run_context.as_of

)

select * from known_by_as_of

with

source as (

    select * from {{ source('raw', 'all_payments') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.payment_id,
        source.order_id,
        source.order_key,
        source.cart_id,
        source.attempted_at,
        source.status,
        source.amount,
    from source
    cross join run_context
    where source.attempted_at <= run_context.as_of

)

select * from known_by_as_of

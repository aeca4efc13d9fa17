with

payments as (

    select * from {{ source('raw', 'all_payments') }}

),

orders as (

    select
        order_id,
        checkout_token,
    from {{ ref('stg_orders') }}

),

carts as (

    select
        cart_id,
        completed_order_id,
    from {{ ref('stg_carts') }}
    where completed_order_id is not null

),

token_orders as (

    select
        checkout_token,
        min(order_id) as order_id,
        count(*) as count_orders,
    from orders
    where checkout_token is not null
    group by checkout_token

),

-- the order that a payment names, or that its checkout became
named as (

    select
        payments.payment_id,
        payments.reference,
        payments.intent_id,
        coalesce(
            payments.order_id,
            carts.completed_order_id,
            case when token_orders.count_orders = 1 then token_orders.order_id end
        ) as order_id,
    from payments
    left join carts
        on payments.cart_id = carts.cart_id
    left join token_orders
        on payments.checkout_token = token_orders.checkout_token

),

-- one payment has several names: the provider's charge, its intent, the number the shop gave it
references_of as (

    select
        payment_id as reference,
        order_id,
    from named

    union all

    select
        reference,
        order_id,
    from named

    union all

    select
        intent_id as reference,
        order_id,
    from named

),

stated as (

    select
        reference,
        min(order_id) as order_id,
        count(distinct order_id) as count_orders,
    from references_of
    where reference is not null and order_id is not null
    group by reference

),

-- a charge that names no order is known by its intent, which the shop's own payment may name; one step and no more
by_intent as (

    select
        named.payment_id as reference,
        min(stated.order_id) as order_id,
        max(stated.count_orders) as count_orders,
    from named
    inner join stated
        on named.intent_id = stated.reference
    left join stated as own
        on named.payment_id = own.reference
    where named.order_id is null and own.reference is null
    group by named.payment_id

)

select
    reference,
    case when count_orders = 1 then order_id end as order_id,
    count_orders,
    'payment' as link_method,
from stated

union all

select
    reference,
    case when count_orders = 1 then order_id end as order_id,
    count_orders,
    'intent' as link_method,
from by_intent

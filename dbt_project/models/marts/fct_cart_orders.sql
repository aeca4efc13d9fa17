with

cart_orders as (

    select * from {{ ref('int_cart_orders') }}
    where is_attributed

),

episodes as (

    select
        *,
        lead(abandoned_at) over (partition by customer_key order by abandoned_at) as next_abandoned_at,
        -- a week is not over while another of its episodes can still be recovered
        max(case when has_delivered_attempt then first_attempt_at end) over (partition by week_start_date)
            as week_last_attempt_at,
    from {{ ref('fct_cart_episodes') }}

)

select
    cart_orders.episode_id,
    cart_orders.order_id,
    cart_orders.placed_at,
    episodes.week_start_date,
    episodes.first_attempt_at,
    episodes.week_last_attempt_at,
    episodes.source,
    episodes.segment,
    episodes.owner,
    episodes.outcome,
    episodes.region,
    episodes.product_category,
    episodes.reason_code,
    episodes.phase,
    episodes.customer_id,
    cart_orders.is_same_checkout,
    cart_orders.hours_after_attempt,
    episodes.has_delivered_attempt as is_recovered_order,
    cart_orders.currency,
    cast(cart_orders.net as double) as net,
    cast(cart_orders.refunded_30d as double) as refunded_30d,
    cast(cart_orders.net_revenue as double) as net_revenue,
    cart_orders.has_foreign_refund,
    coalesce(cart_orders.currency = episodes.currency and episodes.is_in_revenue_currency, false)
        as is_in_revenue_currency,
    cart_orders.cancelled_at,
    cart_orders.discount_code,
    cart_orders.discount_code is not null as is_discounted,
    case when cart_orders.discount_code is not null then cast(cart_orders.net_revenue as double) else 0.0 end
        as discounted_net_revenue,
    coalesce({{ hours_between('cart_orders.placed_at', 'episodes.next_abandoned_at') }} <= 720, false)
        as is_abandoned_again_30d,
    cart_orders.order_key,
from cart_orders
inner join episodes
    on cart_orders.episode_id = episodes.episode_id

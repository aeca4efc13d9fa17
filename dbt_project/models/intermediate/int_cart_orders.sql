with

links as (

    select * from {{ ref('int_cart_order_links') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

-- codes are compared without regard to case, as shops do
issued_codes as (

    select distinct
        episode_carts.episode_id,
        upper(offers.discount_code) as discount_code,
    from {{ ref('int_cart_episode_carts') }} as episode_carts
    inner join (
        select
            cart_id,
            discount_code,
        from {{ ref('stg_outreach_attempts') }}

        union all

        select
            cart_id,
            discount_code,
        from {{ ref('stg_messages') }}
    ) as offers
        on episode_carts.cart_id = offers.cart_id
    where offers.discount_code is not null

),

used_codes as (

    select
        links.episode_id,
        links.order_key,
        upper({{ json_list_items('orders.discount_codes') }}) as discount_code,
    from links
    inner join orders
        on links.order_key = orders.order_key

),

discounted as (

    select
        used_codes.episode_id,
        used_codes.order_key,
        min(used_codes.discount_code) as discount_code,
    from used_codes
    inner join issued_codes
        on
            used_codes.episode_id = issued_codes.episode_id
            and used_codes.discount_code = issued_codes.discount_code
    group by
        used_codes.episode_id,
        used_codes.order_key

),

-- only money that was paid back within 30 days, and only in the currency of the order
refunded as (

    select
        links.episode_id,
        links.order_key,
        sum(case when refunds.currency = orders.currency then refunds.amount end) as refunded_30d,
        sum(case when refunds.currency = orders.currency then 0 else 1 end) as count_foreign_refunds,
    from links
    inner join orders
        on links.order_key = orders.order_key
    inner join {{ ref('stg_refunds') }} as refunds
        on links.order_key = refunds.order_key
    where
        not coalesce(refunds.is_told_by_shop, false)
        and refunds.paid_at >= orders.placed_at
        and {{ hours_between('orders.placed_at', 'refunds.paid_at') }} <= 720
    group by
        links.episode_id,
        links.order_key

),

final as (

    select
        links.episode_id,
        links.order_id,
        links.order_key,
        links.is_same_checkout,
        links.hours_after_abandonment,
        links.hours_after_attempt,
        links.is_attributed,
        orders.placed_at,
        orders.currency,
        orders.net,
        coalesce(refunded.refunded_30d, 0) as refunded_30d,
        coalesce(refunded.count_foreign_refunds, 0) > 0 as has_foreign_refund,
        -- a refund can also pay tax and shipping back, which were no revenue: it takes no more than the goods
        orders.net - least(coalesce(refunded.refunded_30d, 0), orders.net) as net_revenue,
        orders.cancelled_at,
        discounted.discount_code,
    from links
    inner join orders
        on links.order_key = orders.order_key
    left join refunded
        on
            links.episode_id = refunded.episode_id
            and links.order_key = refunded.order_key
    left join discounted
        on
            links.episode_id = discounted.episode_id
            and links.order_key = discounted.order_key

)

select * from final

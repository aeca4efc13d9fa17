with

episode_carts as (

    select * from {{ ref('int_cart_episode_carts') }}

),

carts as (

    select * from {{ ref('stg_carts') }}

),

first_carts as (

    select
        episode_carts.episode_id,
        episode_carts.customer_key,
        carts.abandoned_at,
        contacts.first_attempt_at,
    from episode_carts
    inner join carts
        on episode_carts.cart_id = carts.cart_id
    left join {{ ref('int_cart_contacts') }} as contacts
        on episode_carts.episode_id = contacts.episode_id
    where episode_carts.cart_no = 1

),

orders as (

    select
        orders.order_id,
        orders.order_key,
        orders.customer_key,
        orders.placed_at,
        orders.checkout_token,
    from {{ ref('stg_orders') }} as orders
    inner join (select distinct customer_key from first_carts) as customers
        on orders.customer_key = customers.customer_key

),

-- a checkout is one checkout whatever cart it was written down in
episode_tokens as (

    select distinct
        episode_carts.episode_id,
        episode_carts.customer_key,
        carts.checkout_token,
    from episode_carts
    inner join carts
        on episode_carts.cart_id = carts.cart_id
    where carts.checkout_token is not null

),

episode_skus as (

    select distinct
        episode_carts.episode_id,
        episode_carts.customer_key,
        {{ json_list_items('carts.skus') }} as sku,
    from episode_carts
    inner join carts
        on episode_carts.cart_id = carts.cart_id

),

-- what the orders of each customer hold, put together first: joined by the article alone, all carts with a popular article
-- would meet all orders with it
order_skus as (

    select distinct
        orders.customer_key,
        orders.order_key,
        order_items.sku,
    from orders
    inner join {{ ref('stg_order_items') }} as order_items
        on orders.order_key = order_items.order_key

),

-- the order that a cart of the episode, or another cart of the same checkout, says it became
completed as (

    select
        episode_carts.episode_id,
        carts.completed_order_id,
    from episode_carts
    inner join carts
        on episode_carts.cart_id = carts.cart_id

    union all

    select
        episode_tokens.episode_id,
        carts.completed_order_id,
    from episode_tokens
    inner join carts
        on
            episode_tokens.customer_key = carts.customer_key
            and episode_tokens.checkout_token = carts.checkout_token

),

matches as (

    select
        completed.episode_id,
        orders.order_key,
        1 as is_same_checkout,
    from completed
    inner join orders
        on completed.completed_order_id = orders.order_id

    union all

    select
        episode_tokens.episode_id,
        orders.order_key,
        1 as is_same_checkout,
    from episode_tokens
    inner join orders
        on
            episode_tokens.customer_key = orders.customer_key
            and episode_tokens.checkout_token = orders.checkout_token

    union all

    select
        episode_skus.episode_id,
        order_skus.order_key,
        0 as is_same_checkout,
    from episode_skus
    inner join order_skus
        on
            episode_skus.customer_key = order_skus.customer_key
            and episode_skus.sku = order_skus.sku

),

pairs as (

    select
        episode_id,
        order_key,
        max(is_same_checkout) as is_same_checkout,
    from matches
    group by
        episode_id,
        order_key

),

timed as (

    select
        pairs.episode_id,
        orders.order_id,
        orders.order_key,
        first_carts.first_attempt_at,
        first_carts.abandoned_at,
        pairs.is_same_checkout = 1 as is_same_checkout,
        {{ hours_between('first_carts.abandoned_at', 'orders.placed_at') }} as hours_after_abandonment,
        {{ hours_between('first_carts.first_attempt_at', 'orders.placed_at') }} as hours_after_attempt,
    from pairs
    inner join first_carts
        on pairs.episode_id = first_carts.episode_id
    inner join orders
        on
            pairs.order_key = orders.order_key
            -- what a cart became is told by the cart; it is the customer's own order all the same
            and first_carts.customer_key = orders.customer_key

),

within_windows as (

    select
        *,
        coalesce(hours_after_attempt > 0 and hours_after_attempt <= 168, false) as is_within_7d,
    from timed
    where
        (hours_after_abandonment > 0 and hours_after_abandonment <= 840)
        or (hours_after_attempt > 0 and hours_after_attempt <= 168)

),

-- an order recovers one episode: the one that was worked on last before it
ranked as (

    select
        *,
        row_number() over (
            partition by order_key
            order by
                case when is_within_7d then 0 else 1 end,
                first_attempt_at desc nulls last,
                abandoned_at desc,
                episode_id
        ) as episode_rank,
    from within_windows

),

final as (

    select
        episode_id,
        order_id,
        order_key,
        is_same_checkout,
        hours_after_abandonment,
        hours_after_attempt,
        is_within_7d and episode_rank = 1 as is_attributed,
    from ranked

)

select * from final

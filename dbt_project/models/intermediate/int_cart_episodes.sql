with

episode_carts as (

    select * from {{ ref('int_cart_episode_carts') }}

),

abandonments as (

    select * from {{ ref('int_cart_abandonments') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

cart_value_bands as (

    select * from {{ ref('cart_value_bands') }}

),

cart_rules as (

    select * from {{ ref('cart_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

counted as (

    select
        episode_id,
        count(*) as count_carts,
    from episode_carts
    group by episode_id

),

first_carts as (

    select
        episode_carts.episode_id,
        abandonments.*,
    from episode_carts
    inner join abandonments
        on episode_carts.cart_id = abandonments.cart_id
    where episode_carts.cart_no = 1

),

-- the arm a customer was in when the cart came due; whoever is in several experiments stays in the first
assigned as (

    select
        first_carts.episode_id,
        assignments.experiment,
        assignments.arm,
        row_number() over (
            partition by first_carts.episode_id
            order by assignments.assigned_at, assignments.experiment
        ) as assignment_rank,
    from first_carts
    inner join {{ ref('stg_experiment_assignments') }} as assignments
        on first_carts.customer_key = assignments.customer_key
    left join {{ ref('experiments') }} as experiments
        on assignments.experiment = experiments.experiment
    where
        assignments.assigned_at <= first_carts.eligible_at
        and coalesce(experiments.workflow = 'cart_recovery', true)

),

-- carts name articles, orders know what they are; of several categories the first by name stands for the cart
sku_categories as (

    select
        sku,
        min(category) as category,
    from {{ ref('stg_order_items') }}
    where category is not null
    group by sku

),

listed_skus as (

    select
        first_carts.episode_id,
        {{ json_list_items('first_carts.skus') }} as sku,
    from first_carts

),

products as (

    select
        listed_skus.episode_id,
        count(distinct listed_skus.sku) as count_products,
        min(sku_categories.category) as product_category,
    from listed_skus
    left join sku_categories
        on listed_skus.sku = sku_categories.sku
    group by listed_skus.episode_id

),

order_currencies as (

    select
        currency,
        row_number() over (order by count(*) desc, currency) as currency_rank,
    from {{ ref('stg_orders') }}
    group by currency

),

revenue_currencies as (

    select coalesce(
        (
            select max(cart_rules.revenue_currency)
            from cart_rules
            cross join run_context
            where
                cart_rules.store_id = 'any'
                and run_context.as_of >= cart_rules.valid_from
                and (cart_rules.valid_to is null or run_context.as_of < cart_rules.valid_to)
        ),
        (select order_currencies.currency from order_currencies where order_currencies.currency_rank = 1)
    ) as currency

),

banded as (

    select
        first_carts.*,
        cart_value_bands.high_from,
        case
            when cart_value_bands.currency is null then 'unknown'
            when first_carts.value >= cart_value_bands.high_from then 'high'
            when first_carts.value < cart_value_bands.low_below then 'low'
            else 'middle'
        end as value_band,
    from first_carts
    left join cart_value_bands
        on
            first_carts.currency = cart_value_bands.currency
            and first_carts.abandoned_at >= cart_value_bands.valid_from
            and (cart_value_bands.valid_to is null or first_carts.abandoned_at < cart_value_bands.valid_to)

),

final as (

    select
        banded.episode_id,
        banded.customer_id,
        banded.customer_key,
        banded.store_id,
        banded.abandoned_at,
        banded.eligible_at,
        counted.count_carts,
        banded.value as cart_value,
        banded.currency,
        coalesce(banded.currency = revenue_currencies.currency, false) as is_in_revenue_currency,
        banded.value_band,
        banded.checkout_error_code,
        banded.value_band = 'high' as is_high_value,
        coalesce(banded.count_prior_orders > 0, false) as is_repeat_customer,
        banded.checkout_error_code is not null as has_checkout_error,
        case
            when banded.value_band = 'high' then 'high_value'
            when banded.count_prior_orders > 0 then 'repeat_customer'
            when banded.checkout_error_code is not null then 'checkout_error'
            else 'casual'
        end as cart_segment,
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(customers.region, 'unknown') as region,
        coalesce(products.product_category, 'unknown') as product_category,
        customers.lifecycle_stage,
        coalesce(products.count_products, 0) as count_products,
        coalesce(banded.count_prior_orders, 0) as count_prior_orders,
        banded.days_since_prior_order,
        coalesce(banded.count_prior_contacts_90d, 0) as count_prior_contacts_90d,
        banded.prior_contact_reason_code,
        assigned.experiment,
        assigned.arm,
    from banded
    inner join counted
        on banded.episode_id = counted.episode_id
    cross join revenue_currencies
    left join customers
        on banded.customer_key = customers.customer_key
    left join products
        on banded.episode_id = products.episode_id
    left join assigned
        on
            banded.episode_id = assigned.episode_id
            and assigned.assignment_rank = 1

)

select * from final

with

episodes as (

    select * from {{ ref('fct_cart_episodes') }}
    where arm is not null

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- an order is revenue of one episode: the last one that was abandoned before it
ranked_orders as (

    select
        episodes.episode_id,
        cart_orders.net_revenue,
        row_number() over (
            partition by cart_orders.order_key
            order by cart_orders.hours_after_abandonment, episodes.episode_id
        ) as episode_rank,
    from {{ ref('int_cart_orders') }} as cart_orders
    inner join episodes
        on
            cart_orders.episode_id = episodes.episode_id
            and cart_orders.currency = episodes.currency
    where
        cart_orders.hours_after_abandonment > 0
        and cart_orders.hours_after_abandonment <= 672

),

revenues as (

    select
        episode_id,
        cast(sum(net_revenue) as double) as revenue,
    from ranked_orders
    where episode_rank = 1
    group by episode_id

),

-- customers were drawn and not carts, so a customer is what varies by chance
customers as (

    select
        episodes.week_start_date,
        episodes.currency,
        episodes.arm,
        episodes.customer_key,
        count(*) as count_episodes,
        sum(coalesce(revenues.revenue, 0)) as revenue,
        max(episodes.abandoned_at) as last_abandoned_at,
    from episodes
    left join revenues
        on episodes.episode_id = revenues.episode_id
    group by
        episodes.week_start_date,
        episodes.currency,
        episodes.arm,
        episodes.customer_key

),

arms as (

    select
        week_start_date,
        currency,
        arm,
        count(*) as count_customers,
        sum(count_episodes) as count_episodes,
        round(sum(revenue), 6) as revenue,
        round(sum(power(revenue, 2)), 6) as revenue_squares,
        round(sum(revenue * count_episodes), 6) as revenue_episodes,
        sum(power(count_episodes, 2)) as episode_squares,
        max(last_abandoned_at) as last_abandoned_at,
    from customers
    group by
        week_start_date,
        currency,
        arm

),

-- variance of a ratio of sums over customers, from the residuals revenue - mean x episodes
with_variance as (

    select
        *,
        revenue / count_episodes as mean_revenue,
        greatest(
            revenue_squares
            - 2 * revenue / count_episodes * revenue_episodes
            + power(revenue / count_episodes, 2) * episode_squares,
            0
        ) * count_customers / nullif(count_customers - 1, 0) / power(count_episodes, 2) as variance,
    from arms

),

treatment as (

    select * from with_variance
    where arm = 'treatment'

),

holdout as (

    select * from with_variance
    where arm = 'holdout'

),

compared as (

    select
        treatment.week_start_date,
        treatment.currency,
        cast(treatment.count_episodes as bigint) as count_treatment_episodes,
        cast(holdout.count_episodes as bigint) as count_holdout_episodes,
        treatment.mean_revenue as treatment_revenue_per_episode,
        holdout.mean_revenue as holdout_revenue_per_episode,
        treatment.mean_revenue - holdout.mean_revenue as incremental_revenue_per_episode,
        sqrt(treatment.variance + holdout.variance) as standard_error,
        greatest(treatment.last_abandoned_at, holdout.last_abandoned_at) as last_abandoned_at,
    from treatment
    inner join holdout
        on
            treatment.week_start_date = holdout.week_start_date
            and treatment.currency = holdout.currency

)

select
    compared.week_start_date,
    compared.currency,
    compared.count_treatment_episodes,
    compared.count_holdout_episodes,
    compared.treatment_revenue_per_episode,
    compared.holdout_revenue_per_episode,
    compared.incremental_revenue_per_episode,
    compared.incremental_revenue_per_episode - {{ z95() }} * compared.standard_error as ci_low,
    compared.incremental_revenue_per_episode + {{ z95() }} * compared.standard_error as ci_high,
    compared.count_treatment_episodes * compared.incremental_revenue_per_episode as incremental_revenue,
from compared
cross join run_context
-- 28 days to order and 30 days to refund: an unfinished week has no row, since both arms still gain and lose
where
    {{ hours_between('compared.last_abandoned_at', 'run_context.as_of') }} >= 1392
    and {{ week_end_at('compared.week_start_date') }} <= run_context.as_of

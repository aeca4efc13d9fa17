with

episodes as (

    select * from {{ ref('fct_cart_episodes') }}

),

orders as (

    select * from {{ ref('fct_cart_orders') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

episode_sums as (

    select
        week_start_date,
        currency,
        count(*) as count_episodes,
        sum(case when has_delivered_attempt then 1 else 0 end) as count_contacted,
        sum(cart_value) as abandoned_value,
        max(first_attempt_at) as last_attempt_at,
    from episodes
    group by
        week_start_date,
        currency

),

order_sums as (

    select
        week_start_date,
        currency,
        count(*) as count_orders,
        sum(case when has_foreign_refund then 1 else 0 end) as count_foreign_refunds,
        round(sum(net), 2) as net_before_refunds,
        round(sum(net - net_revenue), 2) as refunded_30d,
        round(sum(net_revenue), 2) as net_revenue,
        round(sum(discounted_net_revenue), 2) as discounted_net_revenue,
    from orders
    where is_recovered_order
    group by
        week_start_date,
        currency

),

joined as (

    select
        coalesce(episode_sums.week_start_date, order_sums.week_start_date) as week_start_date,
        coalesce(episode_sums.currency, order_sums.currency) as currency,
        episode_sums.* exclude (week_start_date, currency),
        order_sums.* exclude (week_start_date, currency),
    from episode_sums
    full outer join order_sums
        on
            episode_sums.week_start_date = order_sums.week_start_date
            and episode_sums.currency = order_sums.currency

)

select
    joined.week_start_date,
    joined.currency,
    coalesce(joined.count_episodes, 0) as count_episodes,
    cast(coalesce(joined.count_contacted, 0) as bigint) as count_contacted,
    cast(coalesce(joined.abandoned_value, 0) as double) as abandoned_value,
    coalesce(joined.count_orders, 0) as count_orders,
    coalesce(joined.net_before_refunds, 0.0) as net_before_refunds,
    coalesce(joined.refunded_30d, 0.0) as refunded_30d,
    coalesce(joined.net_revenue, 0.0) as net_revenue,
    coalesce(joined.discounted_net_revenue, 0.0) as discounted_net_revenue,
    joined.discounted_net_revenue / nullif(joined.net_revenue, 0) as discount_dependency,
    cast(coalesce(joined.count_foreign_refunds, 0) as bigint) as count_foreign_refunds,
    case
        when
            {{ week_end_at('joined.week_start_date') }} <= run_context.as_of
            and coalesce(
                {{ hours_between('joined.last_attempt_at', 'run_context.as_of') }} >= 888,
                true
            )
            then 'final'
        else 'provisional'
    end as maturity,
from joined
cross join run_context

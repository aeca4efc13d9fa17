{#
    Customers with a contact in a week against those without one. Both are watched from the same instant, the end of the
    week: until then nobody of either group can have gained by having lived long enough to contact or to order (a landmark).
#}
with

purchases as (

    select * from {{ ref('int_landmark_purchases') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

weeks as (

    select distinct purchases.week_start_date
    from purchases
    where purchases.is_contacting

),

cohorts as (

    select
        buyers.segment,
        buyers.first_order_day,
        buyers.first_order_week,
        buyers.churned_week,
        count(*) as count_customers,
    from {{ ref('int_buyers') }} as buyers
    group by
        buyers.segment,
        buyers.first_order_day,
        buyers.first_order_week,
        buyers.churned_week

),

-- everybody, counted by cohorts of first orders and not customer by customer for every week
counted as (

    select
        weeks.week_start_date,
        cohorts.segment,
        cohorts.first_order_day,
        cohorts.count_customers,
        0 as count_contacting,
        0 as count_buyers_30d,
        0 as count_buyers_90d,
        0 as count_contacting_buyers_30d,
        0 as count_contacting_buyers_90d,
    from weeks
    cross join cohorts
    where
        cohorts.first_order_week < weeks.week_start_date
        and (cohorts.churned_week is null or cohorts.churned_week > weeks.week_start_date)

    union all

    select
        purchases.week_start_date,
        purchases.segment,
        purchases.first_order_day,
        0 as count_customers,
        sum(case when is_contacting then 1 else 0 end) as count_contacting,
        sum(case when hours_to_order <= 720 then 1 else 0 end) as count_buyers_30d,
        sum(case when hours_to_order <= 2160 then 1 else 0 end) as count_buyers_90d,
        sum(case when is_contacting and hours_to_order <= 720 then 1 else 0 end) as count_contacting_buyers_30d,
        sum(case when is_contacting and hours_to_order <= 2160 then 1 else 0 end) as count_contacting_buyers_90d,
    from purchases
    inner join weeks
        on purchases.week_start_date = weeks.week_start_date
    group by
        purchases.week_start_date,
        purchases.segment,
        purchases.first_order_day

),

by_day as (

    select
        week_start_date,
        segment,
        first_order_day,
        -- days since the first order at the end of the week
        {{ days_between('first_order_day', 'week_start_date') }} + 7 as tenure_days,
        sum(count_customers) as count_customers,
        sum(count_contacting) as count_contacting,
        sum(count_buyers_30d) as count_buyers_30d,
        sum(count_buyers_90d) as count_buyers_90d,
        sum(count_contacting_buyers_30d) as count_contacting_buyers_30d,
        sum(count_contacting_buyers_90d) as count_contacting_buyers_90d,
    from counted
    group by
        week_start_date,
        segment,
        first_order_day

),

strata as (

    select
        by_day.week_start_date,
        by_day.segment,
        bands.tenure_band,
        sum(by_day.count_customers) as count_customers,
        sum(by_day.count_contacting) as count_contacting,
        sum(by_day.count_buyers_30d) as count_buyers_30d,
        sum(by_day.count_buyers_90d) as count_buyers_90d,
        sum(by_day.count_contacting_buyers_30d) as count_contacting_buyers_30d,
        sum(by_day.count_contacting_buyers_90d) as count_contacting_buyers_90d,
    from by_day
    cross join {{ ref('tenure_bands') }} as bands
    where
        by_day.tenure_days >= bands.from_days
        and by_day.tenure_days <= bands.to_days
    group by
        by_day.week_start_date,
        by_day.segment,
        bands.tenure_band

),

arms as (

    select
        week_start_date,
        segment,
        tenure_band,
        true as is_contacting,
        count_contacting as count_customers,
        count_contacting_buyers_30d as count_buyers_30d,
        count_contacting_buyers_90d as count_buyers_90d,
        1.0 as weight,
        count_contacting > 0 and count_customers > count_contacting as is_compared,
    from strata

    union all

    -- weighed so that the others have the segments and tenures of those who contacted
    select
        week_start_date,
        segment,
        tenure_band,
        false as is_contacting,
        count_customers - count_contacting as count_customers,
        count_buyers_30d - count_contacting_buyers_30d as count_buyers_30d,
        count_buyers_90d - count_contacting_buyers_90d as count_buyers_90d,
        count_contacting / nullif(cast(count_customers - count_contacting as double), 0) as weight,
        count_contacting > 0 and count_customers > count_contacting as is_compared,
    from strata

)

select
    arms.week_start_date,
    {{ week_end_at('arms.week_start_date') }} as landmark_at,
    arms.segment,
    arms.tenure_band,
    arms.is_contacting,
    cast(arms.count_customers as bigint) as count_customers,
    cast(arms.count_buyers_30d as bigint) as count_buyers_30d,
    cast(arms.count_buyers_90d as bigint) as count_buyers_90d,
    arms.weight,
    arms.is_compared,
from arms
cross join run_context
where arms.count_customers > 0

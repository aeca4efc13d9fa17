with

attempts as (

    select * from {{ ref('fct_outreach_attempts') }}
    where
        is_cart_outreach
        and is_delivered
        and customer_key is not null

),

-- a customer reached on two channels is one customer of the week, and one of each channel
spread as (

    select
        *,
        channel as counted_channel,
    from attempts

    union all

    select
        *,
        'any' as counted_channel,
    from attempts

),

final as (

    select
        counted_channel as channel,
        customer_key,
        week_start_date,
        min(segment) as segment,
        min(region) as region,
        min(phase) as phase,
        max(delivered_at) as last_delivered_at,
        max(case when is_opted_out_within_7d then 1 else 0 end) = 1 as is_opted_out,
    from spread
    group by
        counted_channel,
        customer_key,
        week_start_date

)

select * from final

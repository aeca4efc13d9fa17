with

messages as (

    select * from {{ ref('fct_messages') }}
    where order_id is not null

),

-- dimensions as at the first message of the week
final as (

    select
        order_key,
        week_start_date,
        min_by(order_id, sent_at) as order_id,
        min(sent_at) as first_sent_at,
        max(sent_at) as last_sent_at,
        min_by(segment, sent_at) as segment,
        min_by(carrier, sent_at) as carrier,
        min_by(region, sent_at) as region,
        min_by(warehouse, sent_at) as warehouse,
        min_by(product_category, sent_at) as product_category,
        min_by(delivery_stage, sent_at) as delivery_stage,
        min_by(phase, sent_at) as phase,
        count(*) as count_messages,
        max(case when is_contradictory then 1 else 0 end) = 1 as has_contradiction,
    from messages
    group by
        order_key,
        week_start_date

)

select * from final

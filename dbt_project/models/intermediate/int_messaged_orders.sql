with

messages as (

    select * from {{ ref('fct_messages') }}
    where order_id is not null

),

-- dimensions as at the first message of the week
ranked as (

    select
        messages.*,
        max(sent_at) over (partition by order_key, week_start_date) as last_sent_at,
        count(*) over (partition by order_key, week_start_date) as count_messages,
        max(case when is_contradictory then 1 else 0 end) over (partition by order_key, week_start_date) = 1
            as has_contradiction,
        row_number() over (
            partition by order_key, week_start_date
            order by sent_at, message_id
        ) as place,
    from messages

),

final as (

    select
        order_key,
        week_start_date,
        order_id,
        sent_at as first_sent_at,
        last_sent_at,
        segment,
        carrier,
        region,
        warehouse,
        product_category,
        delivery_stage,
        phase,
        count_messages,
        has_contradiction,
    from ranked
    where place = 1

)

select * from final

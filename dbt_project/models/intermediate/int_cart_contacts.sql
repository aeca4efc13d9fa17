with

episode_carts as (

    select * from {{ ref('int_cart_episode_carts') }}

),

attempts as (

    select
        episode_carts.episode_id,
        count(*) as count_attempts,
        sum(case when attempts.delivered_at is not null then 1 else 0 end) as count_delivered_attempts,
        sum(case when attempts.channel = 'phone' then 1 else 0 end) as count_phone_attempts,
        min(attempts.attempted_at) as first_attempt_at,
        min(attempts.delivered_at) as first_delivered_at,
        max(case when attempts.answered_at is not null then 1 else 0 end) as is_answered,
    from episode_carts
    inner join {{ ref('int_outreach_attempts') }} as attempts
        on episode_carts.cart_id = attempts.cart_id
    where attempts.workflow = 'cart_recovery'
    group by episode_carts.episode_id

),

links as (

    select
        episode_carts.episode_id,
        min(messages.sent_at) as link_sent_at,
        min(messages.delivered_at) as link_delivered_at,
        min(messages.clicked_at) as link_clicked_at,
    from episode_carts
    inner join {{ ref('stg_messages') }} as messages
        on episode_carts.cart_id = messages.cart_id
    where messages.purpose = 'checkout_link'
    group by episode_carts.episode_id

),

final as (

    select
        coalesce(attempts.episode_id, links.episode_id) as episode_id,
        coalesce(attempts.count_attempts, 0) as count_attempts,
        cast(coalesce(attempts.count_delivered_attempts, 0) as bigint) as count_delivered_attempts,
        cast(coalesce(attempts.count_phone_attempts, 0) as bigint) as count_phone_attempts,
        attempts.first_attempt_at,
        attempts.first_delivered_at,
        coalesce(attempts.is_answered = 1, false) as is_answered,
        links.link_sent_at,
        links.link_delivered_at,
        links.link_clicked_at,
    from attempts
    full outer join links
        on attempts.episode_id = links.episode_id

)

select * from final

with

episodes as (

    select * from {{ ref('int_cart_episodes') }}

),

contacts as (

    select * from {{ ref('int_cart_contacts') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

orders as (

    select
        episode_id,
        sum(case when is_attributed then 1 else 0 end) as count_orders,
        min(case when is_attributed then hours_after_attempt end) as recovery_hours,
        min(case when hours_after_abandonment > 0 then hours_after_abandonment end) as order_hours,
    from {{ ref('int_cart_orders') }}
    group by episode_id

),

-- amounts of different currencies are never added: an episode's revenue is in the currency of its cart
revenues as (

    select
        cart_orders.episode_id,
        sum(case when cart_orders.currency = episodes.currency then cart_orders.net_revenue end) as net_revenue,
        sum(case when cart_orders.currency = episodes.currency then 0 else 1 end) as count_orders_other_currency,
    from {{ ref('int_cart_orders') }} as cart_orders
    inner join episodes
        on cart_orders.episode_id = episodes.episode_id
    where cart_orders.is_attributed
    group by cart_orders.episode_id

),

ranked_calls as (

    select
        cart_calls.*,
        row_number() over (
            partition by cart_calls.episode_id
            order by
                case when cart_calls.is_engaged then 0 else 1 end,
                cart_calls.started_at,
                cart_calls.call_id
        ) as call_rank,
    from {{ ref('int_cart_calls') }} as cart_calls
    where cart_calls.episode_id is not null

),

dispositions as (

    select
        episode_id,
        max(case when disposition = 'routed' then 1 else 0 end) as is_routed,
        max(case when disposition = 'answered' then 1 else 0 end) as is_answered,
        max(case when disposition = 'nurtured' then 1 else 0 end) as is_nurtured,
    from ranked_calls
    group by episode_id

),

discount_checks as (

    select
        ranked_calls.episode_id,
        max(case when coalesce({{ json_boolean('call_events.payload', 'eligible') }}, call_events.ok) then 1 else 0 end)
            as is_eligible,
    from ranked_calls
    inner join {{ ref('stg_call_events') }} as call_events
        on ranked_calls.call_key = call_events.call_key
    where
        call_events.event_type = 'eligibility_checked'
        and call_events.name like '%discount%'
    group by ranked_calls.episode_id

),

joined as (

    select
        episodes.*,
        {{ week_start('episodes.abandoned_at') }} as week_start_date,
        {{ launch_phase_at('episodes.abandoned_at') | indent(8) }} as phase,
        coalesce(first_calls.source, 'unknown') as source,
        coalesce(first_calls.owner, 'unknown') as owner,
        case when first_calls.is_engaged then first_calls.reason_code else 'unknown' end as reason_code,
        first_calls.call_id as first_call_id,
        coalesce(dispositions.is_routed = 1, false) as is_routed,
        coalesce(dispositions.is_answered = 1, false) as is_question_answered,
        -- standard nurture: messages and no call, or a call that was given up to it
        coalesce(dispositions.is_nurtured = 1, false)
        or coalesce(contacts.count_attempts > 0 and contacts.count_phone_attempts = 0, false) as is_nurtured,
        discount_checks.is_eligible = 1 as is_discount_eligible,
        coalesce(contacts.count_attempts, 0) as count_attempts,
        coalesce(contacts.count_delivered_attempts, 0) as count_delivered_attempts,
        coalesce(contacts.count_delivered_attempts > 0, false) as has_delivered_attempt,
        contacts.first_attempt_at,
        contacts.first_delivered_at,
        contacts.link_sent_at,
        contacts.link_delivered_at is not null as is_link_delivered,
        contacts.link_clicked_at is not null as is_link_clicked,
        coalesce(orders.recovery_hours <= 24, false) as is_recovered_24h,
        coalesce(orders.recovery_hours <= 120, false) as is_recovered_5d,
        coalesce(orders.count_orders > 0, false) as is_recovered_7d,
        orders.recovery_hours,
        {{ hours_between('contacts.first_attempt_at', 'run_context.as_of') }} as recovery_followup_hours,
        cast(coalesce(orders.count_orders, 0) as bigint) as count_orders,
        cast(coalesce(revenues.net_revenue, 0) as double) as net_revenue,
        cast(coalesce(revenues.count_orders_other_currency, 0) as bigint) as count_orders_other_currency,
        orders.order_hours,
        coalesce(orders.order_hours <= 168, false) as is_ordered_within_7d,
        coalesce(orders.order_hours <= 672, false) as is_ordered_within_28d,
        coalesce(orders.order_hours <= 840, false) as is_ordered_within_35d,
    from episodes
    cross join run_context
    left join contacts
        on episodes.episode_id = contacts.episode_id
    left join orders
        on episodes.episode_id = orders.episode_id
    left join revenues
        on episodes.episode_id = revenues.episode_id
    left join ranked_calls as first_calls
        on
            episodes.episode_id = first_calls.episode_id
            and first_calls.call_rank = 1
    left join dispositions
        on episodes.episode_id = dispositions.episode_id
    left join discount_checks
        on episodes.episode_id = discount_checks.episode_id
    {{ launch_scope_joins("'cart_recovery'", no_source(), 'episodes.segment') | indent(4) }}

)

select
    episode_id,
    customer_id,
    abandoned_at,
    eligible_at,
    week_start_date,
    source,
    segment,
    owner,
    case
        when is_routed then 'escalated'
        when is_link_delivered then 'link_sent'
        when is_question_answered then 'answered'
        when is_nurtured and has_delivered_attempt then 'nurtured'
        when has_delivered_attempt then 'contacted'
        when count_attempts > 0 then 'not_reached'
        else 'not_contacted'
    end as outcome,
    region,
    product_category,
    reason_code,
    phase,
    store_id,
    cart_segment,
    is_high_value,
    is_repeat_customer,
    has_checkout_error,
    checkout_error_code,
    value_band,
    cart_value,
    currency,
    is_in_revenue_currency,
    count_carts,
    count_products,
    lifecycle_stage,
    count_prior_orders,
    days_since_prior_order,
    count_prior_contacts_90d,
    prior_contact_reason_code,
    is_discount_eligible,
    is_nurtured,
    experiment,
    arm,
    coalesce(arm = 'treatment', false) as is_treatment,
    coalesce(arm = 'holdout', false) as is_holdout,
    coalesce(arm = 'holdout', false) and has_delivered_attempt as is_contaminated,
    count_attempts,
    count_delivered_attempts,
    has_delivered_attempt,
    first_attempt_at,
    first_delivered_at,
    link_sent_at,
    is_link_delivered,
    is_link_clicked,
    is_recovered_24h,
    is_recovered_5d,
    is_recovered_7d,
    recovery_hours,
    recovery_followup_hours,
    count_orders,
    net_revenue,
    count_orders_other_currency,
    is_ordered_within_7d,
    is_ordered_within_28d,
    is_ordered_within_35d,
    order_hours,
    first_call_id,
    customer_key,
from joined

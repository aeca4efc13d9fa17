with

carts as (

    select * from {{ ref('stg_carts') }}
    where abandoned_at is not null

),

customers as (

    select * from {{ ref('stg_customers') }}

),

histories as (

    select * from {{ ref('int_cart_histories') }}

),

cart_rules as (

    select * from {{ ref('cart_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- the rules are a handful: the store's own goes before the one for any
ranked_rules as (

    select
        carts.cart_id,
        cart_rules.abandon_delay_minutes,
        row_number() over (
            partition by carts.cart_id
            order by case when cart_rules.store_id = carts.store_id then 0 else 1 end, cart_rules.valid_from desc
        ) as rule_rank,
    from carts
    cross join cart_rules
    where
        cart_rules.store_id in (carts.store_id, 'any')
        and carts.abandoned_at >= cart_rules.valid_from
        and (cart_rules.valid_to is null or carts.abandoned_at < cart_rules.valid_to)

),

due as (

    select
        carts.*,
        {{ add_hours('carts.abandoned_at', 'ranked_rules.abandon_delay_minutes / 60.0') }} as eligible_at,
        ranked_rules.abandon_delay_minutes,
    from carts
    inner join ranked_rules
        on
            carts.cart_id = ranked_rules.cart_id
            and ranked_rules.rule_rank = 1

),

consents as (

    select
        due.cart_id,
        max(case when channel_consents.status = 'granted' then 1 else 0 end) as is_granted,
    from due
    inner join {{ ref('int_channel_consents') }} as channel_consents
        on due.customer_key = channel_consents.customer_key
    where
        due.eligible_at >= channel_consents.stated_at
        and (channel_consents.valid_until is null or due.eligible_at < channel_consents.valid_until)
    group by due.cart_id

),

incident_cases as (

    select distinct due.cart_id
    from due
    inner join {{ ref('stg_incident_accounts') }} as incident_accounts
        on due.customer_key = incident_accounts.customer_key
    inner join {{ ref('stg_incidents') }} as incidents
        on incident_accounts.incident_id = incidents.incident_id
    where
        due.eligible_at >= incidents.opened_at
        and (incidents.resolved_at is null or due.eligible_at < incidents.resolved_at)

),

judged as (

    select
        due.cart_id,
        due.customer_id,
        due.customer_key,
        due.checkout_token,
        due.store_id,
        due.abandoned_at,
        due.eligible_at,
        due.value,
        due.currency,
        due.skus,
        due.checkout_error_code,
        due.completed_order_id,
        histories.count_prior_orders,
        histories.days_since_prior_order,
        histories.count_prior_contacts_90d,
        histories.prior_contact_reason_code,
        case
            when due.customer_key is null then 'no_customer'
            when not coalesce(due.has_contact, customers.has_contact, false) then 'no_contact_data'
            when due.eligible_at > run_context.as_of then 'not_due_yet'
            when due.completed_at < due.eligible_at then 'ordered_before_delay'
            when histories.minutes_to_next_order < due.abandon_delay_minutes then 'ordered_before_delay'
            -- nothing recorded is not a refusal: the contact itself is then counted as one without consent
            when consents.is_granted = 0 then 'consent_revoked'
            when histories.has_fraud_case then 'fraud_case'
            when incident_cases.cart_id is not null then 'incident_case'
        end as disqualified_by,
    from due
    left join customers
        on due.customer_key = customers.customer_key
    left join histories
        on due.cart_id = histories.cart_id
    left join consents
        on due.cart_id = consents.cart_id
    left join incident_cases
        on due.cart_id = incident_cases.cart_id
    cross join run_context

),

final as (

    select
        *,
        disqualified_by is null as is_qualifying,
    from judged

)

select * from final

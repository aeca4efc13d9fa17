with

carts as (

    select * from {{ ref('stg_carts') }}
    where
        abandoned_at is not null
        and customer_key is not null

),

order_status_values as (

    select * from {{ ref('order_status_values') }}
    where
        facet = 'payment_status'
        and meaning = 'paid'

),

cart_customers as (

    select distinct customer_key
    from carts

),

flagged_calls as (

    select call_key
    from {{ ref('stg_calls') }}
    where {{ json_list_holds('risk_flags', "'fraud'") }}

),

events as (

    select
        carts.customer_key,
        {{ epoch_micros('carts.abandoned_at') }} as at_us,
        0 as is_order,
        0 as is_paid_order,
        0 as is_contact,
        0 as is_fraud,
        null as reason_code,
    from carts

    union all

    select
        orders.customer_key,
        {{ epoch_micros('orders.placed_at') }} as at_us,
        1 as is_order,
        case when order_status_values.value is not null then 1 else 0 end as is_paid_order,
        0 as is_contact,
        0 as is_fraud,
        null as reason_code,
    from {{ ref('stg_orders') }} as orders
    inner join cart_customers
        on orders.customer_key = cart_customers.customer_key
    left join order_status_values
        on lower(orders.payment_status) = order_status_values.value

    union all

    select
        contacts.customer_key,
        {{ epoch_micros('contacts.started_at') }} as at_us,
        0 as is_order,
        0 as is_paid_order,
        1 as is_contact,
        case
            when
                contacts.stated_reason_code = 'PAY.FRAUD.FRAUD_OR_NOT_MY_ORDER'
                or flagged_calls.call_key is not null
                then 1
            else 0
        end as is_fraud,
        contacts.reason_code,
    from {{ ref('int_contacts') }} as contacts
    inner join cart_customers
        on contacts.customer_key = cart_customers.customer_key
    left join flagged_calls
        on contacts.call_key = flagged_calls.call_key
    where contacts.is_contact

),

-- one row per instant: frames by time look at whole instants, so that ties have no order
instants as (

    select
        customer_key,
        at_us,
        sum(is_order) as count_orders,
        sum(is_paid_order) as count_paid_orders,
        sum(is_contact) as count_contacts,
        max(is_fraud) as is_fraud,
        max(reason_code) as reason_code,
    from events
    group by
        customer_key,
        at_us

),

-- frames in microseconds: everything before, 90 days before, 7 days before, and from here on
framed as (

    select
        customer_key,
        at_us,
        sum(count_paid_orders) over (
            partition by customer_key order by at_us range between unbounded preceding and 1 preceding
        ) as count_prior_orders,
        max(case when count_orders > 0 then at_us end) over (
            partition by customer_key order by at_us range between unbounded preceding and 1 preceding
        ) as prior_order_us,
        min(case when count_orders > 0 then at_us end) over (
            partition by customer_key order by at_us range between current row and unbounded following
        ) as next_order_us,
        sum(count_contacts) over (
            partition by customer_key order by at_us range between 7776000000000 preceding and 1 preceding
        ) as count_prior_contacts_90d,
        last_value(reason_code ignore nulls) over (
            partition by customer_key order by at_us range between 7776000000000 preceding and 1 preceding
        ) as prior_contact_reason_code,
        max(is_fraud) over (
            partition by customer_key order by at_us range between 604800000000 preceding and current row
        ) as is_fraud_7d,
    from instants

),

final as (

    select
        carts.cart_id,
        cast(coalesce(framed.count_prior_orders, 0) as bigint) as count_prior_orders,
        (at_us - framed.prior_order_us) / 86400000000.0 as days_since_prior_order,
        (framed.next_order_us - at_us) / 60000000.0 as minutes_to_next_order,
        cast(coalesce(framed.count_prior_contacts_90d, 0) as bigint) as count_prior_contacts_90d,
        framed.prior_contact_reason_code,
        framed.is_fraud_7d = 1 as has_fraud_case,
    from carts
    inner join framed
        on
            carts.customer_key = framed.customer_key
            and {{ epoch_micros('carts.abandoned_at') }} = framed.at_us

)

select * from final

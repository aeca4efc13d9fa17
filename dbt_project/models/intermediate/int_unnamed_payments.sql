with

payment_orders as (

    select * from {{ ref('int_payment_orders') }}

),

refunds as (

    select * from {{ source('raw', 'all_refunds') }}

),

-- refunds and disputes that name no order: the payment they are about may tell it
unnamed as (

    select
        'refund' as record_type,
        refund_id as record_id,
        payment_id,
        intent_id,
        requested_at,
        amount,
        currency,
    from refunds
    where order_id is null

    union all

    select
        'dispute' as record_type,
        dispute_id as record_id,
        payment_id,
        intent_id,
        opened_at as requested_at,
        amount,
        currency,
    from {{ source('raw', 'all_disputes') }}
    where order_id is null

),

linked as (

    select
        unnamed.record_type,
        unnamed.record_id,
        unnamed.requested_at,
        unnamed.amount,
        unnamed.currency,
        coalesce(charges.order_id, intents.order_id) as order_id,
        case
            when charges.order_id is not null then 'charge'
            when intents.order_id is not null then 'intent'
        end as order_link,
        case
            when coalesce(charges.order_id, intents.order_id) is not null then null
            when greatest(coalesce(charges.count_orders, 0), coalesce(intents.count_orders, 0)) > 1
                then 'several_orders'
            when coalesce(unnamed.payment_id, unnamed.intent_id) is not null then 'payment_without_order'
            else 'no_payment_named'
        end as unlinked_reason,
    from unnamed
    left join payment_orders as charges
        on unnamed.payment_id = charges.reference
    left join payment_orders as intents
        on unnamed.intent_id = intents.reference

),

-- the shop tells its refunds too: the same amount of one order on one day is the same money
told_by_shop as (

    select
        linked.record_id,
        count(*) as count_refunds,
    from linked
    inner join refunds
        on linked.order_id = refunds.order_id
    where
        linked.record_type = 'refund'
        and linked.amount = refunds.amount
        and linked.currency = refunds.currency
        and abs({{ hours_between('linked.requested_at', 'refunds.requested_at') }}) <= 24
    group by linked.record_id

)

select
    linked.record_type,
    linked.record_id,
    linked.order_id,
    {{ text_hash('linked.order_id') }} as order_key,
    linked.order_link,
    linked.unlinked_reason,
    coalesce(told_by_shop.count_refunds > 0, false) as is_told_by_shop,
from linked
left join told_by_shop
    on
        linked.record_id = told_by_shop.record_id
        and linked.record_type = 'refund'

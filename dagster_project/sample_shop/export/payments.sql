with

attempts as (
    select order_no, 1 as attempt_no, payment_failed_at as begins_at, 'failed' as status,
        payment_method, region, item_price,
        if(
            payment_method = 'wallet'
            and in_effect(
                placed_at, getvariable('payment_outage_first'),
                getvariable('payment_outage_last')
            ),
            'provider_unavailable', 'card_declined'
        ) as failure_code
    from orders_sim
    where payment_failed_at is not null
    union all
    select order_no, 2, placed_at, 'succeeded', payment_method, region, item_price, null
    from orders_sim
)

select
    'pay-' || order_text(order_no) || '-' || attempt_no as payment_id,
    later(begins_at, 5) as source_updated_at,
    order_text(order_no) as order_id,
    null::varchar as cart_id,
    begins_at as attempted_at,
    status,
    failure_code,
    payment_method as method,
    money(item_price * 1.25) as amount,
    if(region_country(region) = 'CA', 'CAD', 'USD') as currency,
    mix(order_no * 4 + attempt_no, 'payment row') as row_key,
    begins_at as sort_at,
    part_of(
        begins_at, mix(order_no * 4 + attempt_no, 'payment row'), getvariable('batches')
    ) as part
from attempts

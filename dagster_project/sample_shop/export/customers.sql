select
    customer_text(i) as customer_id,
    getvariable('orders_from') as source_updated_at,
    customer_segment(i) as segment,
    case
        when customer_segment(i) = 'vip' then 'vip'
        when draw(i, 'tier') < 0.15 then 'gold'
        when draw(i, 'tier') < 0.40 then 'silver'
        else 'standard'
    end as tier,
    if(customer_segment(i) = 'new', 'onboarding', 'active') as lifecycle_stage,
    customer_region(i) as region,
    region_country(customer_region(i)) as country,
    region_timezone(customer_region(i)) as timezone,
    customer_email(i) as email,
    customer_phone(i) as phone,
    if(
        customer_segment(i) = 'new', null,
        later(getvariable('orders_from'), -86400 * floor(700 * draw(i, 'first order')))
    ) as first_order_at,
    churned.churned_at,
    mix(i, 'customer row') as row_key,
    getvariable('shop_start') as sort_at,
    0 as part
from range(getvariable('customers')::bigint) as numbers (i)
left join churned on numbers.i = churned.customer_no

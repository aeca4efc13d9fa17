with

order_versions as (

    select * from {{ ref('stg_order_versions') }}

),

order_status_values as (

    select * from {{ ref('order_status_values') }}
    where meaning = 'hold'

),

-- a version is what was known from its writing to the next one
with_end as (

    select
        *,
        lead(source_updated_at) over (
            partition by order_key
            order by source_updated_at, is_current
        ) as next_updated_at,
    from order_versions

),

-- statuses carry no time of their own, so a hold is known from the version that says so
final as (

    select
        with_end.order_id,
        with_end.order_key,
        with_end.source_updated_at as held_from,
        with_end.next_updated_at as held_until,
    from with_end
    left join order_status_values as fulfillment
        on
            fulfillment.facet = 'fulfillment_status'
            and lower(with_end.fulfillment_status) = fulfillment.value
    left join order_status_values as payment
        on
            payment.facet = 'payment_status'
            and lower(with_end.payment_status) = payment.value
    left join order_status_values as risk
        on
            risk.facet = 'risk_level'
            and lower(with_end.risk_level) = risk.value
    where
        (fulfillment.value is not null or payment.value is not null or risk.value is not null)
        and (with_end.next_updated_at is null or with_end.next_updated_at > with_end.source_updated_at)

)

select * from final

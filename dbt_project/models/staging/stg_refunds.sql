with

source as (

    select * from {{ source('raw', 'all_refunds') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- those of a payment provider that name no order
unnamed as (

    select * from {{ ref('int_unnamed_payments') }}
    where record_type = 'refund'

),

known_by_as_of as (

    select
        source.refund_id,
        coalesce(source.order_id, unnamed.order_id) as order_id,
        coalesce(source.order_key, unnamed.order_key) as order_key,
        coalesce(unnamed.order_link, case when source.order_id is not null then 'named' end) as order_link,
        unnamed.unlinked_reason,
        source.requested_at,
        case when source.approved_at <= run_context.as_of then source.approved_at end as approved_at,
        source.status,
        case when source.paid_at <= run_context.as_of then source.paid_at end as paid_at,
        source.within_policy,
        source.amount,
        source.currency,
        source.return_id,
        source.goods,
        source.shipping,
        source.adjustment,
        coalesce(unnamed.is_told_by_shop, false) as is_told_by_shop,
    from source
    left join unnamed
        on source.refund_id = unnamed.record_id
    cross join run_context
    where source.requested_at <= run_context.as_of

)

select * from known_by_as_of

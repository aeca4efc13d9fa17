with

source as (

    select * from {{ source('raw', 'all_refunds') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.refund_id,
        source.order_id,
        source.order_key,
        source.requested_at,
        case when source.approved_at <= run_context.as_of then source.approved_at end as approved_at,
        source.status,
        case when source.paid_at <= run_context.as_of then source.paid_at end as paid_at,
        source.within_policy,
        source.amount,
        source.currency,
    from source
    cross join run_context
    where source.requested_at <= run_context.as_of

)

select * from known_by_as_of

with

source as (

    select * from {{ source('raw', 'all_disputes') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- those of a payment provider that name no order
unnamed as (

    select * from {{ ref('int_unnamed_payments') }}
    where record_type = 'dispute'

),

known_by_as_of as (

    select
        source.dispute_id,
        coalesce(source.order_id, unnamed.order_id) as order_id,
        coalesce(source.order_key, unnamed.order_key) as order_key,
        coalesce(unnamed.order_link, case when source.order_id is not null then 'named' end) as order_link,
        unnamed.unlinked_reason,
        source.opened_at,
        source.reason,
        source.status,
        source.amount,
        source.currency,
    from source
    left join unnamed
        on source.dispute_id = unnamed.record_id
    cross join run_context
    where source.opened_at <= run_context.as_of

)

select * from known_by_as_of

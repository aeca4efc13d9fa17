with

source as (

    select * from {{ source('raw', 'all_refund_lines') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.refund_id,
        source.line_no,
        source.order_id,
        source.order_key,
        source.return_id,
        source.requested_at,
        source.sku,
        source.quantity,
        source.amount,
        source.currency,
        source.restock_type,
    from source
    cross join run_context
    where source.requested_at <= run_context.as_of

)

select * from known_by_as_of

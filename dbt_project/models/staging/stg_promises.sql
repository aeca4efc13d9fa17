with

source as (

    select * from {{ source('raw', 'all_promises') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.promise_id,
        source.call_id,
        source.call_key,
        source.customer_id,
        source.customer_key,
        source.order_id,
        source.order_key,
        source.kind,
        source.promised_at,
        source.due_at,
        case when source.fulfilled_at <= run_context.as_of then source.fulfilled_at end as fulfilled_at,
        case when source.eligibility_confirmed_at <= run_context.as_of then source.eligibility_confirmed_at end as eligibility_confirmed_at,
    from source
    cross join run_context
    where source.promised_at <= run_context.as_of

)

select * from known_by_as_of

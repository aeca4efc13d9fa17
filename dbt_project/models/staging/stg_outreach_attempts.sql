with

source as (

    select * from {{ source('raw', 'all_outreach_attempts') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.attempt_id,
        source.cart_id,
        source.incident_id,
        source.exception_id,
        source.customer_id,
        source.customer_key,
        source.channel,
        source.attempted_at,
        case when source.delivered_at <= run_context.as_of then source.delivered_at end as delivered_at,
        case when source.answered_at <= run_context.as_of then source.answered_at end as answered_at,
        source.call_id,
        source.call_key,
        source.status,
        source.discount_code,
    from source
    cross join run_context
    where source.attempted_at <= run_context.as_of

)

select * from known_by_as_of

with

cart_calls as (

    select * from {{ ref('int_cart_calls') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    cart_calls.call_id,
    cart_calls.started_at,
    {{ week_start('cart_calls.started_at') }} as week_start_date,
    cart_calls.direction,
    cart_calls.source,
    cart_calls.segment,
    cart_calls.owner,
    cart_calls.outcome,
    cart_calls.region,
    cart_calls.product_category,
    cart_calls.reason_code,
    cart_calls.phase,
    cart_calls.customer_id,
    cart_calls.cart_id,
    cart_calls.episode_id,
    cart_calls.is_engaged,
    cart_calls.has_stated_reason,
    cart_calls.stated_reason_code,
    case when cart_calls.has_stated_reason then cart_calls.issue_category end as issue_category,
    cart_calls.has_stated_reason and cart_calls.issue_category is not null as is_checkout_issue,
    case when cart_calls.has_stated_reason then cart_calls.question_family end as question_family,
    cart_calls.has_stated_reason and cart_calls.is_solvable as is_solvable,
    cart_calls.has_stated_reason and cart_calls.must_route as must_route,
    cart_calls.disposition,
    cart_calls.call_key,
from cart_calls
cross join run_context

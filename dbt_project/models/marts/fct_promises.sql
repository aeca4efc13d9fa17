with

promises as (

    select * from {{ ref('stg_promises') }}

),

calls as (

    select * from {{ ref('fct_calls') }}

),

eligibility_checks as (

    select
        call_events.call_key,
        min(call_events.event_at) as first_confirmed_at,
    from {{ ref('stg_call_events') }} as call_events
    where
        call_events.event_type = 'eligibility_checked'
        and coalesce({{ json_boolean('call_events.payload', 'eligible') }}, call_events.ok)
    group by call_events.call_key

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

joined as (

    select
        promises.promise_id,
        promises.promised_at,
        {{ week_start('promises.promised_at') }} as week_start_date,
        promises.kind,
        promises.call_id,
        coalesce(promises.customer_id, calls.customer_id) as customer_id,
        coalesce(promises.order_id, calls.order_id) as order_id,
        coalesce(calls.workflow, 'unknown') as workflow,
        {{ call_dimensions('calls') }}
        least(promises.eligibility_confirmed_at, eligibility_checks.first_confirmed_at)
            as eligibility_confirmed_at,
        promises.kind in ('refund', 'replacement', 'address_change') as needs_eligibility,
        promises.due_at,
        {{ week_start('promises.due_at') }} as due_week_start_date,
        promises.fulfilled_at,
        coalesce(promises.due_at <= run_context.as_of, false) as is_due,
        promises.call_key,
    from promises
    left join calls
        on promises.call_key = calls.call_key
    left join eligibility_checks
        on promises.call_key = eligibility_checks.call_key
    cross join run_context

)

select
    *,
    -- confirmed in the very second of the promise is confirmed before it
    needs_eligibility and not coalesce(eligibility_confirmed_at <= promised_at, false) as is_unauthorised,
    case when is_due then coalesce(fulfilled_at <= due_at, false) end as is_kept,
from joined

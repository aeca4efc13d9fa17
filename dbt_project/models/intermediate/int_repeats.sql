with

contacts as (

    select * from {{ ref('int_contacts') }}
    where is_contact

),

failed_calls as (

    select
        calls.customer_key,
        {{ epoch_micros('calls.started_at') }} as started_us,
        {{ epoch_micros('coalesce(calls.ended_at, calls.started_at)') }} + 300000000 as reconnect_until_us,
    from {{ ref('int_calls') }} as calls
    where
        calls.call_outcome = 'system_failure'
        and calls.customer_key is not null

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

timeline as (

    select
        contacts.contact_key,
        contacts.call_key is not null as is_call,
        contacts.customer_key,
        contacts.order_key,
        contacts.stated_reason_group,
        {{ epoch_micros('contacts.started_at') }} as started_us,
        null::bigint as reconnect_until_us,
    from contacts

    union all

    -- legs of a call are no contacts, but a leg that failed explains a call back just as well
    select
        null::bigint as contact_key,
        false as is_call,
        failed_calls.customer_key,
        null::bigint as order_key,
        null as stated_reason_group,
        failed_calls.started_us,
        failed_calls.reconnect_until_us,
    from failed_calls

),

with_reconnects as (

    select
        *,
        is_call and coalesce(
            max(reconnect_until_us) over (
                partition by customer_key
                order by started_us
                range between unbounded preceding and 1 preceding
            ) >= started_us,
            false
        ) as is_reconnect,
    from timeline

),

events as (

    select
        *,
        case when not is_reconnect then started_us end as event_us,
    from with_reconnects
    where contact_key is not null

),

-- windows over sorted groups instead of a self join: a customer with ten thousand contacts costs n log n, not n squared
next_events as (

    select
        contact_key,
        is_reconnect,
        order_key,
        stated_reason_group,
        started_us,
        min(event_us) over (
            partition by customer_key
            order by started_us
            range between 1 following and unbounded following
        ) as next_any_us,
        min(event_us) over (
            partition by customer_key, order_key
            order by started_us
            range between 1 following and unbounded following
        ) as next_same_order_us,
        min(event_us) over (
            partition by customer_key, stated_reason_group
            order by started_us
            range between 1 following and unbounded following
        ) as next_same_group_us,
        min(case when order_key is null then event_us end) over (
            partition by customer_key, stated_reason_group
            order by started_us
            range between 1 following and unbounded following
        ) as next_same_group_no_order_us,
    from events

),

-- same order; or, where either of the two has no order, the same stated group
same_issue as (

    select
        contact_key,
        is_reconnect,
        started_us,
        next_any_us,
        least(
            case when order_key is not null then next_same_order_us end,
            case
                when stated_reason_group is not null and order_key is not null then next_same_group_no_order_us
                when stated_reason_group is not null then next_same_group_us
            end
        ) as next_same_issue_us,
    from next_events

),

final as (

    select
        same_issue.contact_key,
        same_issue.is_reconnect,
        coalesce(same_issue.next_any_us - same_issue.started_us <= 604800000000, false) as repeat_any,
        coalesce(
            same_issue.next_same_issue_us - same_issue.started_us <= 604800000000, false
        ) as repeat_same_issue,
        case
            when same_issue.next_any_us - same_issue.started_us <= 604800000000
                then (same_issue.next_any_us - same_issue.started_us) / 3600000000.0
        end as repeat_any_hours,
        case
            when same_issue.next_same_issue_us - same_issue.started_us <= 604800000000
                then (same_issue.next_same_issue_us - same_issue.started_us) / 3600000000.0
        end as repeat_same_issue_hours,
        least(
            168.0,
            ({{ epoch_micros('run_context.as_of') }} - same_issue.started_us) / 3600000000.0
        ) as followup_hours,
    from same_issue
    cross join run_context

)

select * from final

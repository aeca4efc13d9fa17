with

run_context as (

    select * from {{ ref('stg_run_context') }}

),

calls as (

    select
        contacts.contact_key,
        contacts.customer_key,
        contacts.order_key,
        contacts.stated_reason_group,
        contacts.started_at,
        {{ week_start('contacts.started_at') }} as week_start_date,
        {{ epoch_micros('contacts.started_at') }} as started_us,
        -- a call that only repeats a broken connection follows nothing up
        case when not repeats.is_reconnect then {{ epoch_micros('contacts.started_at') }} end as next_us,
        repeats.repeat_same_issue,
    from {{ ref('int_contacts') }} as contacts
    inner join {{ ref('int_repeats') }} as repeats
        on contacts.contact_key = repeats.contact_key
    cross join run_context
    where
        contacts.is_contact
        and contacts.call_key is not null

),

-- the next call about the same order or, where either of the two has none, the same group of reasons
followed as (

    select
        *,
        min(next_us) over (
            partition by customer_key, order_key
            order by started_us
            range between 1 following and 604800000000 following
        ) as next_same_order_us,
        min(next_us) over (
            partition by customer_key, stated_reason_group
            order by started_us
            range between 1 following and 604800000000 following
        ) as next_same_group_us,
        min(case when order_key is null then next_us end) over (
            partition by customer_key, stated_reason_group
            order by started_us
            range between 1 following and 604800000000 following
        ) as next_same_group_no_order_us,
        row_number() over (
            partition by customer_key, week_start_date
            order by started_us, contact_key
        ) as call_no,
    from calls

)

select
    contact_key,
    customer_key,
    started_at,
    week_start_date,
    case
        when order_key is not null and next_same_order_us is not null then true
        when stated_reason_group is null then false
        when order_key is null then next_same_group_us is not null
        else next_same_group_no_order_us is not null
    end as is_followed_by_call,
    repeat_same_issue as is_followed_by_contact,
from followed
where call_no = 1

with

cases as (

    select
        exception_cases.exception_id,
        exception_cases.order_key,
        exception_cases.opened_at,
    from {{ ref('int_exception_cases') }} as exception_cases

),

contacts as (

    select
        contacts.order_key,
        contacts.started_at,
    from {{ ref('int_contacts') }} as contacts
    where contacts.is_contact

),

notices as (

    select
        messages.order_key,
        messages.delivered_at,
    from {{ ref('stg_messages') }} as messages
    where
        messages.delivered_at is not null
        and messages.purpose in ('order_update', 'alert')
        and messages.call_id is null
        and (messages.rule_id is not null or messages.exception_id is not null)

),

-- the day after the opening decides who had a notice; contacts count from its end, so that both groups are followed alike
contact_counts as (

    select
        cases.exception_id,
        max(case when contacts.started_at < {{ add_hours('cases.opened_at', 24) }} then 1 else 0 end)
            as has_contact_by_landmark,
        max(
            case
                when
                    contacts.started_at >= {{ add_hours('cases.opened_at', 24) }}
                    and contacts.started_at <= {{ add_hours('cases.opened_at', 192) }}
                    then 1
                else 0
            end
        ) as has_contact_after_landmark,
    from cases
    inner join contacts
        on cases.order_key = contacts.order_key
    group by cases.exception_id

),

notice_times as (

    select
        cases.exception_id,
        min(notices.delivered_at) as notice_at,
    from cases
    inner join notices
        on cases.order_key = notices.order_key
    where notices.delivered_at >= cases.opened_at
    group by cases.exception_id

),

final as (

    select
        cases.exception_id,
        notice_times.notice_at,
        coalesce(notice_times.notice_at < {{ add_hours('cases.opened_at', 24) }}, false) as has_notice_by_landmark,
        coalesce(contact_counts.has_contact_by_landmark = 1, false) as has_contact_by_landmark,
        coalesce(contact_counts.has_contact_after_landmark = 1, false) as has_contact_after_landmark,
    from cases
    left join notice_times
        on cases.exception_id = notice_times.exception_id
    left join contact_counts
        on cases.exception_id = contact_counts.exception_id

)

select * from final

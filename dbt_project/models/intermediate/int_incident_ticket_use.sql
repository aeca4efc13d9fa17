with

incident_contacts as (

    select * from {{ ref('int_incident_contacts') }}

),

-- two tickets of one moment: the greater key stands for both, so that nothing depends on the order of rows
incident_tickets as (

    select
        *,
        row_number() over (
            partition by incident_id, customer_key, created_at
            order by ticket_key desc
        ) as moment_rank,
    from {{ ref('int_incident_tickets') }}
    where
        not is_merged
        and customer_key is not null

),

touches as (

    select
        ticket_events.ticket_key,
        {{ epoch_micros('ticket_events.event_at') }} as at_us,
    from {{ ref('stg_ticket_events') }} as ticket_events
    where ticket_events.actor_type in ('ai', 'system', 'agent')

),

timeline as (

    select
        incident_id,
        customer_key,
        contact_key,
        {{ epoch_micros('started_at') }} as at_us,
        null::bigint as ticket_key,
        null::bigint as ended_us,
    from incident_contacts

    union all

    select
        incident_id,
        customer_key,
        null::bigint as contact_key,
        {{ epoch_micros('created_at') }} as at_us,
        ticket_key,
        {{ epoch_micros('ended_at') }} as ended_us,
    from incident_tickets
    where moment_rank = 1

),

-- the customer's latest ticket of the incident before the contact; a ticket of the very moment is the contact itself
latest as (

    select
        contact_key,
        at_us,
        last_value(ticket_key ignore nulls) over before_it as ticket_key,
        last_value(case when ticket_key is not null then coalesce(ended_us, 9223372036854775807) end ignore nulls)
            over before_it as ended_us,
    from timeline
    window before_it as (
        partition by incident_id, customer_key
        order by at_us
        range between unbounded preceding and 1 preceding
    )

),

open_before as (

    select
        contact_key,
        ticket_key,
        at_us,
    from latest
    where
        contact_key is not null
        and ticket_key is not null
        and ended_us > at_us

),

ticket_timeline as (

    select
        ticket_key,
        contact_key,
        at_us,
        null::bigint as touch_us,
    from open_before

    union all

    select
        ticket_key,
        null::bigint as contact_key,
        at_us,
        at_us as touch_us,
    from touches

),

final as (

    select
        contact_key,
        ticket_key,
        min(touch_us) over (
            partition by ticket_key
            order by at_us
            range between current row and unbounded following
        ) as next_touch_us,
    from ticket_timeline

)

select * from final
where contact_key is not null

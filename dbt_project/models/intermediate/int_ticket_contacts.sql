{#
    Tickets before and after the launch, on the contacts that made them. A ticket counts once, where the customer was: with the
    call it was opened for (a leg of it included), or as the contact that it is.
#}
with

contacts as (

    select * from {{ ref('int_contacts') }}

),

launch_contacts as (

    select * from {{ ref('int_launch_contacts') }}
    where workflow = 'order_support'

),

scopes as (

    select * from {{ ref('int_launch_scopes') }}

),

calls as (

    select * from {{ ref('int_calls') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

reason_groups as (

    select distinct stated_group as reason_group
    from {{ ref('reason_codes') }}
    where stated_group is not null

    union

    select distinct l1 as reason_group
    from {{ ref('reason_codes') }}

),

-- a ticket that the customer wrote after a call is a contact of its own, and counts there
call_tickets as (

    select
        links.call_key,
        count(*) as count_tickets,
    from {{ ref('int_ticket_call_links') }} as links
    inner join {{ ref('stg_tickets') }} as tickets
        on links.ticket_key = tickets.ticket_key
    left join contacts as ticket_contacts
        on links.ticket_key = ticket_contacts.ticket_key
    where
        tickets.merged_into is null
        and ticket_contacts.ticket_key is null
    group by links.call_key

),

-- what the helpdesk calls the issue, where it is a group of ours: else a ticket would be told apart by its channel
issue_groups as (

    select
        tickets.ticket_key,
        reason_groups.reason_group,
    from {{ ref('stg_tickets') }} as tickets
    inner join reason_groups
        on upper(tickets.issue_type) = reason_groups.reason_group

),

joined as (

    select
        contacts.contact_key,
        launch_contacts.scope_id,
        contacts.started_at,
        contacts.source,
        contacts.segment,
        coalesce({{ reason_family('contacts.stated_reason_group') }}, issue_groups.reason_group, 'unknown')
            as stratum_reason,
        contacts.delivery_stage as stratum_stage,
        contacts.is_contact,
        case when contacts.ticket_key is not null then 1 else coalesce(call_tickets.count_tickets, 0) end as count_tickets,
        scopes.go_live_at,
        case
            when contacts.started_at >= scopes.go_live_at then 'now'
            when contacts.started_at < scopes.baseline_from then 'before'
            when launch_contacts.is_trial then 'trial'
            else 'baseline'
        end as period,
    from contacts
    inner join launch_contacts
        on contacts.contact_key = launch_contacts.contact_key
    inner join scopes
        on launch_contacts.scope_id = scopes.scope_id
    left join calls
        on contacts.call_key = calls.call_key
    left join call_tickets
        on contacts.call_key = call_tickets.call_key
    left join issue_groups
        on contacts.ticket_key = issue_groups.ticket_key
    where
        contacts.is_contact
        or (
            call_tickets.count_tickets > 0
            and calls.direction = 'inbound'
            and calls.is_not_test
            and calls.customer_key is not null
        )

)

select
    joined.contact_key,
    joined.scope_id,
    joined.started_at,
    case when joined.period = 'now' then {{ week_start('joined.started_at') }} end as week_start_date,
    joined.source,
    joined.segment,
    joined.stratum_reason,
    joined.stratum_stage,
    joined.is_contact,
    cast(joined.count_tickets as bigint) as count_tickets,
    joined.period,
    -- weeks are counted backwards from the launch, whatever day that was
    case
        when joined.period in ('baseline', 'trial')
            then cast(floor(({{ epoch_micros('joined.go_live_at') }} - {{ epoch_micros('joined.started_at') }} - 1) / 604800000000) as bigint)
    end as weeks_before_launch,
from joined
cross join run_context
where joined.period <> 'before'

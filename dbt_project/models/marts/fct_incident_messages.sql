with

messages as (

    select * from {{ ref('stg_messages') }}
    where purpose = 'incident_update'

),

updates as (

    select * from {{ ref('int_incident_updates') }}
    where approved_message_id is not null

),

incidents as (

    select * from {{ ref('int_incidents') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- an approval belongs to one incident; it may stand in several of its updates, then the latest end of validity holds
approvals as (

    select
        messages.message_id,
        updates.incident_id,
        updates.stage_no,
        updates.stage,
        updates.update_no,
        max(coalesce({{ epoch_micros('updates.expires_at') }}, 9223372036854775807)) over (
            partition by messages.message_id
        ) >= {{ epoch_micros('messages.sent_at') }} as is_valid,
        row_number() over (
            partition by messages.message_id
            order by
                case when updates.published_at <= messages.sent_at then 0 else 1 end,
                updates.published_at desc,
                updates.update_no desc,
                updates.incident_id
        ) as update_rank,
    from messages
    inner join updates
        on
            messages.approved_message_id = updates.approved_message_id
            and coalesce(messages.incident_id, updates.incident_id) = updates.incident_id

),

chosen as (

    select * from approvals
    where update_rank = 1

),

joined as (

    select
        messages.* exclude (incident_id),
        coalesce(messages.incident_id, chosen.incident_id) as incident_id,
        chosen.stage_no,
        chosen.stage,
        chosen.update_no,
        case
            when messages.approved_message_id is null then 'no_approval'
            when chosen.message_id is null then 'unknown_approval'
            when not chosen.is_valid then 'expired'
            else 'approved'
        end as approval,
    from messages
    left join chosen
        on messages.message_id = chosen.message_id

)

select
    joined.message_id,
    joined.incident_id,
    joined.customer_id,
    joined.channel,
    joined.sent_at,
    {{ week_start('joined.sent_at') }} as week_start_date,
    coalesce(incidents.source, 'unknown') as source,
    coalesce(customers.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    {{ launch_phase_at('joined.sent_at') | indent(4) }} as phase,
    joined.approved_message_id,
    joined.approval,
    joined.approval = 'approved' as is_approved,
    joined.update_no,
    joined.stage_no,
    joined.stage,
    joined.delivered_at,
    least(joined.clicked_at, joined.replied_at, joined.acknowledged_at) as acknowledged_at,
    joined.customer_key,
from joined
left join incidents
    on joined.incident_id = incidents.incident_id
left join customers
    on joined.customer_key = customers.customer_key
cross join run_context
{{ launch_scope_joins("'incident'", "coalesce(incidents.source, 'unknown')", "coalesce(customers.segment, 'unknown')") }}

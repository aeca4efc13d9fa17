with

source as (

    select * from {{ source('raw', 'all_tickets') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- whose records of other systems are that do not name the shop's customer
matches as (

    select * from {{ ref('int_customer_matches') }}
    where record_type = 'ticket' and customer_id is not null

),

known_by_as_of as (

    select
        source.ticket_id,
        source.ticket_key,
        source.created_at,
        source.system,
        source.channel,
        {{ matched_customer('customer_id', 'ticket') }} as customer_id,
        {{ matched_customer('customer_key', 'ticket') }} as customer_key,
        source.order_id,
        source.order_key,
        source.call_id,
        source.call_key,
        source.incident_id,
        source.issue_type,
        source.priority,
        source.status,
        source.assignee_id,
        source.requested_by_customer,
        case when source.solved_at <= run_context.as_of then source.solved_at end as solved_at,
        case when source.closed_at <= run_context.as_of then source.closed_at end as closed_at,
        source.merged_into,
        source.record_url,
    from source
    left join matches
        on source.ticket_id = matches.record_id
    cross join run_context
    where source.created_at <= run_context.as_of

)

select * from known_by_as_of

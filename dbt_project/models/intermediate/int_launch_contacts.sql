with

moments as (

    select * from {{ ref('int_contact_moments') }}

),

calls as (

    select * from {{ ref('int_calls') }}

),

tickets as (

    select * from {{ ref('stg_tickets') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

scope_keys as (

    select * from {{ ref('int_launch_scope_keys') }}

),

launched_workflows as (

    select distinct scope_keys.workflow
    from scope_keys

),

-- a ticket that no call opened belongs to the incident it names, else to the support of orders
valued as (

    select
        moments.contact_key,
        moments.call_key,
        moments.at_moment as started_at,
        coalesce(calls.workflow, case when tickets.incident_id is not null then 'incident' else 'order_support' end)
            as workflow,
        coalesce(calls.source_system, tickets.system, 'unknown') as source,
        coalesce(customers.segment, 'unknown') as segment,
        calls.call_id,
        lower(calls.agent_version) as agent_version,
        coalesce(calls.is_engaged, false) and calls.parent_call_id is null as is_eligible,
    from moments
    left join calls
        on moments.call_key = calls.call_key
    left join tickets
        on moments.ticket_key = tickets.ticket_key
    left join customers
        on moments.customer_key = customers.customer_key

),

launched as (

    select valued.*
    from valued
    inner join launched_workflows
        on valued.workflow = launched_workflows.workflow

),

scoped as (

    select
        launched.*,
        {{ launch_scope_of_unit() }} as scope_id,
        coalesce(
            scope_of_both.go_live_at, scope_of_source.go_live_at, scope_of_segment.go_live_at,
            scope_of_workflow.go_live_at
        ) as go_live_at,
    from launched
    {{ launch_key_joins('launched.workflow', 'launched.source', 'launched.segment') | indent(4) }}

),

-- who spoke, asked only of calls that do not name their agent
speakers as (

    select
        call_turns.call_key,
        max(case when call_turns.speaker = 'ai' then 1 else 0 end) as has_agent,
        max(case when call_turns.speaker = 'human' then 1 else 0 end) as has_human,
    from {{ ref('stg_call_turns') }} as call_turns
    inner join scoped
        on call_turns.call_key = scoped.call_key
    where
        scoped.agent_version is null
        and scoped.scope_id is not null
    group by call_turns.call_key

),

with_handler as (

    select
        scoped.*,
        case
            when scoped.agent_version = 'human' then 'human'
            when scoped.agent_version is not null or speakers.has_agent = 1 then 'agent'
            when speakers.has_human = 1 then 'human'
            else 'unknown'
        end as handled_by,
    from scoped
    left join speakers
        on scoped.call_key = speakers.call_key
    where scoped.scope_id is not null

),

-- a leg of a transfer is part of its parent's run, and what people handled after the launch is no run of the agent
runs as (

    select
        contact_key,
        row_number() over (
            partition by scope_id
            order by started_at, call_id
        ) as run_number,
    from with_handler
    where
        is_eligible
        -- order exceptions start without a call: their runs are counted in int_launch_scopes
        and workflow <> 'order_exception'
        and handled_by <> 'human'
        and started_at >= go_live_at

)

select
    with_handler.contact_key,
    with_handler.scope_id,
    with_handler.workflow,
    with_handler.started_at,
    with_handler.handled_by,
    runs.run_number,
    -- before the launch there was no agent: a call that one handled was a trial and is no baseline
    with_handler.call_key is not null
    and with_handler.handled_by = 'agent'
    and with_handler.started_at < with_handler.go_live_at as is_trial,
from with_handler
left join runs
    on with_handler.contact_key = runs.contact_key

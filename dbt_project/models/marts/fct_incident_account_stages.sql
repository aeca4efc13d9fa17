with

roster as (

    select * from {{ ref('int_incident_roster') }}

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

stages as (

    select
        incident_id,
        stage_no,
        stage,
        min(published_at) as stage_at,
    from {{ ref('int_incident_updates') }}
    group by
        incident_id,
        stage_no,
        stage

),

stage_spans as (

    select
        *,
        lead(stage_at) over (
            partition by incident_id
            order by stage_no
        ) as next_stage_at,
    from stages

),

deliveries as (

    select
        incident_id,
        customer_key,
        stage_no,
        min(delivered_at) as delivered_at,
    from {{ ref('fct_incident_messages') }}
    where
        is_approved
        and delivered_at is not null
    group by
        incident_id,
        customer_key,
        stage_no

),

-- an account is owed the news of a stage when it was known before the next stage began; its clock starts when it is
joined as (

    select
        roster.incident_id,
        roster.customer_id,
        roster.customer_key,
        stage_spans.stage_no,
        stage_spans.stage,
        stage_spans.stage_at,
        greatest(stage_spans.stage_at, roster.added_at) as owed_from_at,
        deliveries.delivered_at,
        incidents.source,
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(customers.region, 'unknown') as region,
    from roster
    inner join incidents
        on roster.incident_id = incidents.incident_id
    inner join stage_spans
        on roster.incident_id = stage_spans.incident_id
    left join deliveries
        on
            roster.incident_id = deliveries.incident_id
            and roster.customer_key = deliveries.customer_key
            and stage_spans.stage_no = deliveries.stage_no
    left join customers
        on roster.customer_key = customers.customer_key
    where
        stage_spans.next_stage_at is null
        or roster.added_at < stage_spans.next_stage_at

)

select
    joined.incident_id,
    joined.customer_id,
    joined.stage_no,
    joined.stage,
    joined.stage_at,
    joined.owed_from_at,
    {{ week_start('joined.owed_from_at') }} as week_start_date,
    joined.source,
    joined.segment,
    joined.region,
    {{ launch_phase_at('joined.owed_from_at') | indent(4) }} as phase,
    joined.delivered_at,
    joined.delivered_at is not null as is_updated,
    case
        when joined.delivered_at is not null
            then greatest({{ minutes_between('joined.owed_from_at', 'joined.delivered_at') }}, 0.0)
    end as minutes_to_update,
    {{ minutes_between('joined.owed_from_at', 'run_context.as_of') }} as followup_minutes,
    joined.customer_key,
from joined
cross join run_context
{{ launch_scope_joins("'incident'", 'joined.source', 'joined.segment') }}

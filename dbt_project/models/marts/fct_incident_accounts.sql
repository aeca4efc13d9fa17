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

-- the exclusions of repeats: a reconnect after a failure of ours is no contact of its own; a link may lie outside the window
callers as (

    select
        incident_id,
        customer_key,
        min(customer_id) as customer_id,
        count(case when is_in_window then 1 end) as count_contacts,
        min(started_at) as first_contact_at,
    from {{ ref('fct_incident_contacts') }}
    where not is_reconnect
    group by
        incident_id,
        customer_key

),

recipients as (

    select
        incident_id,
        customer_key,
        count(*) as count_updates_sent,
        count(case when is_approved then delivered_at end) as count_updates_delivered,
        min(case when is_approved then delivered_at end) as first_update_delivered_at,
        min(case when is_approved and delivered_at is not null then acknowledged_at end) as acknowledged_at,
        sum(case when is_approved then 0 else 1 end) as count_unapproved_statements,
    from {{ ref('fct_incident_messages') }}
    where
        incident_id is not null
        and customer_key is not null
    group by
        incident_id,
        customer_key

),

-- accounts on the roster, and accounts that are on none but contacted us about the incident by a link
accounts as (

    select
        incident_id,
        customer_key,
        customer_id,
    from roster

    union

    select
        incident_id,
        customer_key,
        customer_id,
    from callers

),

joined as (

    select
        accounts.incident_id,
        accounts.customer_id,
        accounts.customer_key,
        roster.customer_key is not null as is_on_roster,
        roster.first_roster_version,
        roster.last_roster_version,
        roster.added_at,
        roster.impact_level,
        coalesce(roster.is_high_value, false) as is_high_value,
        coalesce(roster.added_at, callers.first_contact_at) as known_at,
        incidents.source,
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(customers.region, 'unknown') as region,
        coalesce(callers.count_contacts, 0) as count_contacts,
        callers.first_contact_at,
        coalesce(incidents.window_end_at <= run_context.as_of, false) as is_window_over,
        coalesce(recipients.count_updates_sent, 0) as count_updates_sent,
        coalesce(recipients.count_updates_delivered, 0) as count_updates_delivered,
        recipients.first_update_delivered_at,
        recipients.acknowledged_at,
        cast(coalesce(recipients.count_unapproved_statements, 0) as bigint) as count_unapproved_statements,
        case
            when recipients.first_update_delivered_at is not null then greatest({{ minutes_between(
                'coalesce(incidents.detected_at, incidents.opened_at)', 'recipients.first_update_delivered_at'
            ) }}, 0.0)
        end as minutes_to_first_update,
        greatest(
            {{ minutes_between('coalesce(incidents.detected_at, incidents.opened_at)', 'run_context.as_of') }}, 0.0
        ) as first_update_followup_minutes,
        customers.churned_at,
        -- an account that had left before the incident cannot leave because of it
        customers.churned_at <= incidents.started_at as had_left_before,
        {{ hours_between('incidents.started_at', 'customers.churned_at') }} as hours_to_churn,
        incidents.observed_hours,
    from accounts
    inner join incidents
        on accounts.incident_id = incidents.incident_id
    left join roster
        on
            accounts.incident_id = roster.incident_id
            and accounts.customer_key = roster.customer_key
    left join callers
        on
            accounts.incident_id = callers.incident_id
            and accounts.customer_key = callers.customer_key
    left join recipients
        on
            accounts.incident_id = recipients.incident_id
            and accounts.customer_key = recipients.customer_key
    left join customers
        on accounts.customer_key = customers.customer_key
    cross join run_context

)

select
    joined.incident_id,
    joined.customer_id,
    joined.known_at,
    {{ week_start('joined.known_at') }} as week_start_date,
    joined.source,
    joined.segment,
    joined.region,
    {{ launch_phase_at('joined.known_at') | indent(4) }} as phase,
    joined.is_on_roster,
    joined.first_roster_version,
    joined.last_roster_version,
    joined.added_at,
    joined.impact_level,
    joined.is_high_value,
    joined.count_contacts,
    joined.first_contact_at,
    joined.count_contacts >= 2 as is_repeat_caller,
    joined.is_window_over,
    joined.count_updates_sent,
    joined.count_updates_delivered,
    joined.count_updates_delivered > 0 as is_updated,
    joined.first_update_delivered_at,
    joined.minutes_to_first_update,
    joined.first_update_followup_minutes,
    joined.acknowledged_at,
    joined.acknowledged_at is not null as is_acknowledged,
    joined.count_unapproved_statements,
    joined.churned_at,
    coalesce(joined.had_left_before, false) as had_left_before,
    not coalesce(joined.had_left_before, false) and coalesce(joined.hours_to_churn <= 720, false) as is_churned_30d,
    case when joined.hours_to_churn > 0 and joined.hours_to_churn <= 720 then joined.hours_to_churn end
        as hours_to_churn,
    least(greatest(joined.observed_hours, 0.0), 720.0) as churn_followup_hours,
    joined.customer_key,
from joined
cross join run_context
{{ launch_scope_joins("'incident'", 'joined.source', 'joined.segment') }}

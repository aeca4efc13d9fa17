with

entries as (

    select * from {{ ref('stg_incident_accounts') }}

),

incidents as (

    select * from {{ ref('int_incidents') }}

),

-- versions only add accounts: what a later version leaves out was hit all the same
final as (

    select
        entries.incident_id,
        entries.customer_key,
        min(entries.customer_id) as customer_id,
        min(entries.added_at) as added_at,
        min_by(entries.roster_version, entries.added_at) as first_roster_version,
        max_by(entries.roster_version, entries.added_at) as last_roster_version,
        count(*) as count_roster_versions,
        max_by(entries.impact_level, entries.added_at) as impact_level,
        max(case when entries.high_value then 1 else 0 end) = 1 as is_high_value,
    from entries
    inner join incidents
        on entries.incident_id = incidents.incident_id
    group by
        entries.incident_id,
        entries.customer_key

)

select * from final

with

entries as (

    select * from {{ ref('stg_incident_accounts') }}

),

incidents as (

    select * from {{ ref('int_incidents') }}

),

ranked as (

    select
        entries.*,
        row_number() over (
            partition by entries.incident_id, entries.customer_key
            order by entries.added_at, entries.roster_version
        ) as first_rank,
        row_number() over (
            partition by entries.incident_id, entries.customer_key
            order by entries.added_at desc, entries.roster_version desc
        ) as last_rank,
    from entries
    inner join incidents
        on entries.incident_id = incidents.incident_id

),

-- versions only add accounts: what a later version leaves out was hit all the same
final as (

    select
        incident_id,
        customer_key,
        min(customer_id) as customer_id,
        min(added_at) as added_at,
        max(case when first_rank = 1 then roster_version end) as first_roster_version,
        max(case when last_rank = 1 then roster_version end) as last_roster_version,
        count(*) as count_roster_versions,
        max(case when last_rank = 1 then impact_level end) as impact_level,
        max(case when high_value then 1 else 0 end) = 1 as is_high_value,
    from ranked
    group by
        incident_id,
        customer_key

)

select * from final

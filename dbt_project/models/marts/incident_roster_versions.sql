with

entries as (

    select entries.*
    from {{ ref('stg_incident_accounts') }} as entries
    inner join {{ ref('int_incidents') }} as incidents
        on entries.incident_id = incidents.incident_id

),

-- an account counts with the version that named it first
first_entries as (

    select
        incident_id,
        customer_key,
        added_at,
        roster_version,
        high_value,
        row_number() over (
            partition by incident_id, customer_key
            order by added_at, roster_version
        ) as entry_no,
    from entries

),

versions as (

    select
        incident_id,
        roster_version,
        min(added_at) as first_added_at,
        max(added_at) as last_added_at,
        count(*) as count_accounts_named,
        sum(case when entry_no = 1 then 1 else 0 end) as count_accounts_new,
        sum(case when entry_no = 1 and high_value then 1 else 0 end) as count_high_value_new,
    from first_entries
    group by
        incident_id,
        roster_version

)

select
    incident_id,
    roster_version,
    first_added_at,
    last_added_at,
    count_accounts_named,
    cast(count_accounts_new as bigint) as count_accounts_new,
    cast(count_high_value_new as bigint) as count_high_value_new,
    cast(sum(count_accounts_new) over (
        partition by incident_id
        order by first_added_at, roster_version
        rows between unbounded preceding and current row
    ) as bigint) as count_accounts,
from versions

with

scope_keys as (

    select * from {{ ref('int_launch_scope_keys') }}
    where is_own_key

),

runs as (

    select
        launch_contacts.scope_id,
        count(*) as count_runs,
        max(case when launch_contacts.run_number = 50 then launch_contacts.started_at end) as run_50_at,
        max(case when launch_contacts.run_number = 51 then launch_contacts.started_at end) as run_51_at,
        max(case when launch_contacts.run_number = 100 then launch_contacts.started_at end) as run_100_at,
        max(case when launch_contacts.run_number = 101 then launch_contacts.started_at end) as run_101_at,
    from {{ ref('int_launch_contacts') }} as launch_contacts
    where launch_contacts.run_number is not null
    group by launch_contacts.scope_id

)

select
    scope_keys.scope_id,
    scope_keys.workflow,
    scope_keys.source_key,
    scope_keys.segment_key,
    scope_keys.baseline_from,
    scope_keys.go_live_at,
    scope_keys.tuned_at,
    coalesce(runs.count_runs, 0) as count_runs,
    runs.run_50_at,
    runs.run_51_at,
    runs.run_100_at,
    runs.run_101_at,
from scope_keys
left join runs
    on scope_keys.scope_id = runs.scope_id

with

updates as (

    select updates.*
    from {{ ref('stg_incident_updates') }} as updates
    inner join {{ ref('int_incidents') }} as incidents
        on updates.incident_id = incidents.incident_id

),

with_previous as (

    select
        *,
        lag(stage) over (
            partition by incident_id
            order by published_at, update_no
        ) as previous_stage,
    from updates

),

-- a stage changes when an update tells another one than the update before; a stage may come twice
numbered as (

    select
        *,
        sum(case when previous_stage is null or previous_stage <> stage then 1 else 0 end) over (
            partition by incident_id
            order by published_at, update_no
            rows between unbounded preceding and current row
        ) as stage_no,
    from with_previous

),

final as (

    select
        incident_id,
        update_no,
        cast(stage_no as integer) as stage_no,
        stage,
        published_at,
        min(published_at) over (
            partition by incident_id, stage_no
        ) as stage_at,
        approved_message_id,
        expires_at,
    from numbered

)

select * from final

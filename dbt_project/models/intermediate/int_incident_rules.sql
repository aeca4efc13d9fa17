with

incident_rules as (

    select * from {{ ref('incident_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

ranked as (

    select
        incident_rules.* exclude (valid_from, valid_to, source),
        row_number() over (order by incident_rules.valid_from desc) as rule_rank,
    from incident_rules
    cross join run_context
    where
        run_context.as_of >= incident_rules.valid_from
        and (incident_rules.valid_to is null or run_context.as_of < incident_rules.valid_to)

)

select * exclude (rule_rank) from ranked
where rule_rank = 1

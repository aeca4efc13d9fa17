with

source as (

    select * from {{ source('ops', 'run_context') }}

),

renamed as (

    select
        source.run_id,
        source.as_of,
        source.reporting_timezone,
        source.whycall_version,
        source.taxonomy_version,
        source.model_version,
        source.snapshot_id,
    from source

)

select * from renamed

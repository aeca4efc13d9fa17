with

source as (

    select * from {{ source('raw', 'all_owners') }}

),

renamed as (

    select
        source.owner_id,
        source.name,
        source.team,
        source.kind,
    from source

)

select * from renamed

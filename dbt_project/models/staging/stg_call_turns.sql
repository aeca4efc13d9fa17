with

source as (

    select * from {{ source('raw', 'all_call_turns') }}

),

renamed as (

    select
        source.call_id,
        source.call_key,
        source.turn_no,
        source.speaker,
        source.text,
    from source

)

select * from renamed

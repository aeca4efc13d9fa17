with

source as (

    select * from {{ source('raw', 'reason_tags') }}

),

renamed as (

    select
        source.call_id,
        source.call_key,
        source.rank as tag_rank,
        source.code,
        source.confidence,
        source.status,
        source.span_turn_no,
        source.span_start,
        source.span_end,
        source.span_text,
        source.top3,
        source.taxonomy_version,
        source.model_version,
    from source

)

select * from renamed

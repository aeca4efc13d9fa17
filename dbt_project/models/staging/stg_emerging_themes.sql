with

source as (

    select * from {{ source('raw', 'emerging_themes') }}

),

renamed as (

    select
        source.week_start_date,
        source.theme_no,
        source.theme_name,
        source.count_now,
        source.count_before,
        source.calls_now,
        source.calls_before,
        source.cohesion,
        source.rate_ratio,
        source.p_value,
        source.q_value,
        source.example_call_ids,
        source.example_texts,
        source.text_share,
    from source

)

select * from renamed

with

themes as (

    select * from {{ ref('stg_emerging_themes') }}

),

-- a loose cluster has no subject: its name would be a list of words
final as (

    select
        week_start_date,
        theme_no,
        theme_name,
        count_now,
        count_before,
        calls_now,
        calls_before,
        count_now / text_share / calls_now as share_of_calls,
        rate_ratio,
        p_value,
        q_value,
        cohesion,
        cohesion >= 0.5 and count_now >= 3 as is_shown,
        coalesce(cohesion >= 0.5 and count_now >= 3 and q_value <= 0.1, false) as is_emerging,
        example_texts[1] as example_1,
        example_texts[2] as example_2,
        example_texts[3] as example_3,
        example_call_ids[1] as example_call_id_1,
        example_call_ids[2] as example_call_id_2,
        example_call_ids[3] as example_call_id_3,
    from themes

)

select * from final

with

call_turns as (

    select * from {{ ref('stg_call_turns') }}

),

spoken as (

    select
        call_turns.call_key,
        count(*) as count_customer_turns,
    from call_turns
    where
        call_turns.speaker = 'customer'
        and {{ has_visible_text('call_turns.text') }}
    group by call_turns.call_key

)

select * from spoken

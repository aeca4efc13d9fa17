with

messages as (

    select * from {{ ref('stg_messages') }}
    where
        purpose = 'link'
        and call_key is not null

),

calls as (

    select * from {{ ref('fct_calls') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    messages.message_id,
    messages.call_id,
    messages.channel,
    messages.sent_at,
    {{ week_start('messages.sent_at') }} as week_start_date,
    coalesce(calls.workflow, 'unknown') as workflow,
    {{ call_dimensions('calls') }}
    messages.delivered_at,
    messages.clicked_at,
    coalesce({{ hours_between('messages.sent_at', 'messages.delivered_at') }} <= 24, false) as is_delivered_within_24h,
    coalesce({{ hours_between('messages.sent_at', 'messages.clicked_at') }} <= 168, false) as is_clicked_within_7d,
    messages.call_key,
from messages
left join calls
    on messages.call_key = calls.call_key
cross join run_context

with

consents as (

    select * from {{ ref('stg_consents') }}

),

calls as (

    select * from {{ ref('stg_calls') }}

),

call_events as (

    select
        *,
        lower(coalesce(
            {{ json_text('payload', '$.status') }}, {{ json_text('payload', '$.consent') }}, name
        )) as word,
        lower(coalesce({{ json_text('payload', '$.channel') }}, 'phone')) as channel_name,
    from {{ ref('stg_call_events') }}
    where event_type = 'consent_stated'

),

channel_names as (

    select * from {{ ref('channel_names') }}

),

consent_words as (

    select * from {{ ref('consent_words') }}

),

-- what is said in a call is heard for the channel it names, else for the phone; a consent needs a word that says so
spoken as (

    select
        calls.customer_id,
        calls.customer_key,
        call_events.channel_name,
        call_events.event_at as stated_at,
        case
            when consent_words.status is not null then consent_words.status
            when {{ json_boolean('call_events.payload', 'granted') }} then 'granted'
            when not {{ json_boolean('call_events.payload', 'granted') }} or not call_events.ok then 'revoked'
        end as status,
        'spoken' as told_by,
        call_events.call_id,
    from call_events
    inner join calls
        on call_events.call_key = calls.call_key
    left join consent_words
        on call_events.word = consent_words.word

),

statements as (

    select
        customer_id,
        customer_key,
        lower(channel) as channel_name,
        valid_from as stated_at,
        status,
        coalesce(captured_via, 'record') as told_by,
        call_id,
    from consents

    union all

    select * from spoken
    where status is not null

),

-- where one instant says both, the customer's refusal holds
one_per_instant as (

    select
        statements.customer_key,
        coalesce(channel_names.channel, statements.channel_name) as channel,
        statements.stated_at,
        min(statements.customer_id) as customer_id,
        case max(case when statements.status = 'revoked' then 1 else 0 end) when 1 then 'revoked' else 'granted' end
            as status,
        min(statements.told_by) as told_by,
        min(statements.call_id) as call_id,
    from statements
    left join channel_names
        on statements.channel_name = channel_names.value
    where statements.customer_key is not null
    group by
        statements.customer_key,
        coalesce(channel_names.channel, statements.channel_name),
        statements.stated_at

),

final as (

    select
        customer_key,
        customer_id,
        channel,
        stated_at,
        lead(stated_at) over (partition by customer_key, channel order by stated_at) as valid_until,
        status,
        told_by,
        call_id,
        -- a refusal that is repeated is no second opt-out
        status = 'revoked'
        and coalesce(lag(status) over (partition by customer_key, channel order by stated_at) <> 'revoked', true)
            as is_opt_out,
    from one_per_instant

)

select * from final

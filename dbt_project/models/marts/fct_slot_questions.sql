with

call_events as (

    select * from {{ ref('stg_call_events') }}

),

asked as (

    select * from call_events
    where event_type = 'slot_asked'

),

calls as (

    select * from {{ ref('fct_calls') }}
    where is_engaged

),

call_records as (

    select * from {{ ref('stg_calls') }}

),

call_slots as (

    select * from {{ ref('call_slots') }}

),

-- the first successful look-up of an order; the call knows the order from then on
order_lookups as (

    select
        asked_calls.call_key,
        min(call_events.event_seq) as order_known_seq,
    from (select distinct call_key from asked) as asked_calls
    inner join call_events
        on asked_calls.call_key = call_events.call_key
    where
        call_events.event_type = 'lookup'
        and call_events.ok
        and lower(call_events.name) like '%order%'
    group by asked_calls.call_key

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

joined as (

    select
        asked.call_id,
        asked.event_seq,
        asked.event_at,
        {{ week_start('asked.event_at') }} as week_start_date,
        lower(asked.name) as slot,
        calls.workflow,
        {{ call_dimensions('calls') }}
        call_slots.known_with,
        -- what the platform noted goes before what can be worked out
        coalesce(
            {{ json_boolean('asked.payload', 'known') }},
            case call_slots.known_with
                when 'number' then call_records.phone is not null
                when 'customer'
                    then
                        call_records.customer_id is not null
                        and coalesce(call_records.identity_method = 'phone', false)
                        and coalesce(call_records.identity_result <> 'failed', true)
                when 'order' then coalesce(order_lookups.order_known_seq < asked.event_seq, false)
                when 'booking' then call_records.booking_id is not null
            end,
            false
        ) as was_known,
        asked.call_key,
    from asked
    inner join calls
        on asked.call_key = calls.call_key
    inner join call_records
        on asked.call_key = call_records.call_key
    left join call_slots
        on lower(asked.name) = call_slots.slot
    left join order_lookups
        on asked.call_key = order_lookups.call_key
    cross join run_context

)

select * from joined

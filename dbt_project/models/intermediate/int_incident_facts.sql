with

incident_contacts as (

    select * from {{ ref('int_incident_contacts') }}

),

-- two updates of one moment: the later number holds
updates as (

    select
        *,
        row_number() over (
            partition by incident_id, published_at
            order by update_no desc
        ) as moment_rank,
    from {{ ref('int_incident_updates') }}

),

timeline as (

    select
        incident_id,
        {{ epoch_micros('started_at') }} as at_us,
        contact_key,
        null as stage,
        null as approved_message_id,
        null::bigint as expires_us,
    from incident_contacts

    union all

    select
        incident_id,
        {{ epoch_micros('published_at') }} as at_us,
        null::bigint as contact_key,
        stage,
        approved_message_id,
        case
            when approved_message_id is not null
                then coalesce({{ epoch_micros('expires_at') }}, 9223372036854775807)
        end as expires_us,
    from updates
    where moment_rank = 1

),

-- what the agent could look up when the contact began: the latest stage, and the latest message approved by then
known as (

    select
        contact_key,
        at_us,
        last_value(stage ignore nulls) over up_to_it as incident_stage,
        last_value(approved_message_id ignore nulls) over up_to_it as approved_message_id,
        last_value(expires_us ignore nulls) over up_to_it as expires_us,
    from timeline
    window up_to_it as (
        partition by incident_id
        order by at_us
        range between unbounded preceding and current row
    )

),

call_promises as (

    select
        call_events.call_key,
        sum(case when call_events.event_type = 'promise_made' then 1 else 0 end) as count_promises_said,
    from {{ ref('stg_call_events') }} as call_events
    where call_events.event_type = 'promise_made'
    group by call_events.call_key

),

recorded_promises as (

    select
        promises.call_key,
        count(*) as count_promises,
    from {{ ref('stg_promises') }} as promises
    where promises.call_key is not null
    group by promises.call_key

),

final as (

    select
        known.contact_key,
        known.incident_stage,
        case when known.expires_us >= known.at_us then known.approved_message_id end as approved_message_id,
        coalesce(call_promises.count_promises_said, 0) as count_promises_said,
        coalesce(recorded_promises.count_promises, 0) as count_promises,
    from known
    left join call_promises
        on known.contact_key = call_promises.call_key
    left join recorded_promises
        on known.contact_key = recorded_promises.call_key
    where known.contact_key is not null

)

select * from final

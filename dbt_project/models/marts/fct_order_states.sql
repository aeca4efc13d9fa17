with

order_states as (

    select * from {{ ref('order_states') }}

),

delivery_stages as (

    select * from {{ ref('delivery_stages') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

-- a parcel of several that arrives makes the order partly delivered; after the last one only the way back counts, for a late
-- scan of the way there is no news
named as (

    select
        events.order_key,
        events.event_at,
        events.event,
        events.shipment_key,
        events.scan_id,
        events.promise_at,
        order_states.precedence,
        case
            when
                order_states.precedence = 2
                and events.event_at >= events.all_delivered_at
                and order_states.state not in ('delivered', 'returning', 'returned')
                then null
            when
                order_states.state = 'delivered'
                and (events.all_delivered_at is null or events.event_at < events.all_delivered_at)
                then 'partly_delivered'
            else order_states.state
        end as stated,
        delivery_stages.stage_rank,
    from {{ ref('int_order_events') }} as events
    inner join order_states
        on events.event = order_states.event
    left join delivery_stages
        on order_states.delivery_stage = delivery_stages.delivery_stage

),

-- for each owner what it said last, up to each event
running as (

    select
        named.order_key,
        named.event_at,
        named.event,
        named.shipment_key,
        named.scan_id,
        max(case when named.precedence = 1 then 1 else 0 end) over up_to_now as is_cancelled,
        last_value(case when named.precedence = 2 then named.stated end ignore nulls) over up_to_now as carrier_state,
        last_value(case when named.precedence = 3 then named.stated end ignore nulls) over up_to_now as hold_state,
        last_value(case when named.precedence = 4 then named.stated end ignore nulls) over up_to_now
            as warehouse_state,
        last_value(named.promise_at ignore nulls) over up_to_now as promise_at,
        max(named.stage_rank) over up_to_now as stage_rank,
        lead(named.event_at) over (
            partition by named.order_key
            order by named.event_at, named.precedence desc, named.event, named.shipment_key, named.scan_id
        ) as next_event_at,
    from named
    window up_to_now as (
        partition by named.order_key
        order by named.event_at, named.precedence desc, named.event, named.shipment_key, named.scan_id
        rows between unbounded preceding and current row
    )

),

-- commerce says whether the order stands and may ship, the carrier where the parcel is, the warehouse what comes before
resolved as (

    select
        running.order_key,
        running.event_at,
        running.event,
        running.shipment_key,
        running.scan_id,
        case
            when running.is_cancelled = 1 then 'cancelled'
            when running.carrier_state is not null then running.carrier_state
            when running.hold_state = 'on_hold' then running.hold_state
            else coalesce(running.warehouse_state, 'placed')
        end as state,
        case
            when running.is_cancelled = 1 then 'commerce'
            when running.carrier_state is not null then 'carrier'
            when running.hold_state = 'on_hold' or running.warehouse_state is null then 'commerce'
            else 'warehouse'
        end as system,
        running.promise_at,
        running.stage_rank,
    from running
    -- of events at the same instant the last one speaks
    where running.next_event_at is null or running.next_event_at > running.event_at

),

compared as (

    select
        *,
        lag(state) over (partition by order_key order by event_at) as previous_state,
        lag(promise_at) over (partition by order_key order by event_at) as previous_promise_at,
        row_number() over (partition by order_key order by event_at) as event_no,
    from resolved

),

changes as (

    select * from compared
    where
        event_no = 1
        or state <> previous_state
        or promise_at <> previous_promise_at
        or (promise_at is null) <> (previous_promise_at is null)

)

select
    orders.order_id,
    cast(row_number() over (partition by changes.order_key order by changes.event_at) as bigint) as state_version,
    changes.state,
    changes.system,
    coalesce(delivery_stages.delivery_stage, 'unknown') as delivery_stage,
    changes.promise_at,
    changes.event_at as valid_from,
    lead(changes.event_at) over (partition by changes.order_key order by changes.event_at) as valid_to,
    lead(changes.event_at) over (partition by changes.order_key order by changes.event_at) is null as is_current,
    changes.event,
    changes.shipment_key,
    changes.scan_id,
    changes.order_key,
from changes
inner join orders
    on changes.order_key = orders.order_key
left join delivery_stages
    on changes.stage_rank = delivery_stages.stage_rank

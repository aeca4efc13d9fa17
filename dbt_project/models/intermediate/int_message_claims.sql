with

messages as (

    select * from {{ ref('stg_messages') }}

),

order_states as (

    select * from {{ ref('fct_order_states') }}

),

asserted_states as (

    select
        asserted_states.word,
        asserted_states.state,
        max(order_states.state_rank) as state_rank,
    from {{ ref('asserted_states') }} as asserted_states
    inner join {{ ref('order_states') }} as order_states
        on asserted_states.state = order_states.state
    group by
        asserted_states.word,
        asserted_states.state

),

-- the order as it was when the message was sent
states_at_sending as (

    select
        messages.message_id,
        order_states.state_version,
        order_states.state,
        order_states.delivery_stage,
        order_states.promise_at,
    from messages
    inner join order_states
        on messages.order_key = order_states.order_key
    where
        messages.sent_at >= order_states.valid_from
        and (order_states.valid_to is null or messages.sent_at < order_states.valid_to)

),

described as (

    select
        messages.message_id,
        messages.order_key,
        messages.customer_key,
        messages.purpose,
        messages.sent_at,
        messages.asserted_promise_at,
        asserted_states.state as asserted_state,
        asserted_states.state_rank as asserted_rank,
        states_at_sending.state_version,
        states_at_sending.state,
        states_at_sending.delivery_stage,
        states_at_sending.promise_at,
        coalesce(messages.order_state_version, cast(states_at_sending.state_version as varchar)) as relied_on_version,
        messages.failed_at is not null and messages.delivered_at is null as has_failed,
    from messages
    left join asserted_states
        on replace(replace(lower(messages.asserted_order_state), ' ', '_'), '-', '_') = asserted_states.word
    left join states_at_sending
        on messages.message_id = states_at_sending.message_id
    where messages.order_key is not null

),

-- nobody received what failed: neither it nor its repetition is told twice
repeats as (

    select
        message_id,
        lag(sent_at) over (
            partition by customer_key, order_key, purpose, relied_on_version
            order by sent_at, message_id
        ) as previous_sent_at,
    from described
    where
        not has_failed
        and customer_key is not null

),

state_claims as (

    select
        message_id,
        asserted_rank,
        lag(asserted_rank) over (partition by order_key order by sent_at, message_id) as previous_rank,
        state_version,
        lag(state_version) over (partition by order_key order by sent_at, message_id) as previous_version,
    from described
    where
        asserted_rank is not null
        and not has_failed

),

promise_claims as (

    select
        message_id,
        asserted_promise_at,
        lag(asserted_promise_at) over (partition by order_key order by sent_at, message_id) as previous_promise_at,
        state_version,
        lag(state_version) over (partition by order_key order by sent_at, message_id) as previous_version,
    from described
    where
        asserted_promise_at is not null
        and not has_failed

),

-- a step back or another date is a contradiction only while the order itself has not changed
final as (

    select
        described.message_id,
        described.asserted_state,
        described.state_version,
        described.state,
        described.delivery_stage,
        described.promise_at,
        described.relied_on_version,
        coalesce({{ hours_between('repeats.previous_sent_at', 'described.sent_at') }} <= 24, false) as is_duplicate,
        coalesce(
            state_claims.asserted_rank < state_claims.previous_rank
            and coalesce(state_claims.state_version, 0) = coalesce(state_claims.previous_version, 0),
            false
        ) as is_state_contradiction,
        coalesce(
            promise_claims.asserted_promise_at <> promise_claims.previous_promise_at
            and coalesce(promise_claims.state_version, 0) = coalesce(promise_claims.previous_version, 0),
            false
        ) as is_promise_contradiction,
        case
            when described.asserted_state is not null and described.state is not null
                then described.asserted_state = described.state
        end as is_state_right,
        case
            when described.asserted_promise_at is not null and described.promise_at is not null
                then described.asserted_promise_at = described.promise_at
        end as is_promise_right,
    from described
    left join repeats
        on described.message_id = repeats.message_id
    left join state_claims
        on described.message_id = state_claims.message_id
    left join promise_claims
        on described.message_id = promise_claims.message_id

)

select * from final

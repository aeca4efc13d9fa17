with

attempts as (

    select * from {{ ref('stg_outreach_attempts') }}

),

carts as (

    select * from {{ ref('stg_carts') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

calls as (

    select * from {{ ref('int_calls') }}

),

-- a name that stands for all channels is no channel of an attempt
channel_names as (

    select * from {{ ref('channel_names') }}
    where value <> 'all'

),

named as (

    select
        attempts.attempt_id,
        attempts.cart_id,
        attempts.incident_id,
        attempts.exception_id,
        coalesce(attempts.customer_id, carts.customer_id) as customer_id,
        coalesce(attempts.customer_key, carts.customer_key) as customer_key,
        coalesce(channel_names.channel, lower(attempts.channel)) as channel,
        attempts.attempted_at,
        {{ epoch_micros('attempts.attempted_at') }} as attempted_us,
        coalesce(
            attempts.delivered_at,
            attempts.answered_at,
            case when calls.is_connected then calls.started_at end
        ) as delivered_at,
        attempts.answered_at,
        attempts.call_id,
        attempts.call_key,
        lower(attempts.status) as status,
        attempts.discount_code,
        calls.source_system,
        calls.owner_id,
        -- what an incident or a parcel asks for is service; everything else is outreach about a cart
        case
            when attempts.incident_id is not null then 'incident'
            when attempts.exception_id is not null then 'order_exception'
            else 'cart_recovery'
        end as workflow,
    from attempts
    left join carts
        on attempts.cart_id = carts.cart_id
    left join calls
        on attempts.call_key = calls.call_key
    left join channel_names
        on lower(attempts.channel) = channel_names.value

),

consents as (

    select
        named.attempt_id,
        channel_consents.status as consent_status,
        channel_consents.stated_at as consent_stated_at,
    from named
    inner join {{ ref('int_channel_consents') }} as channel_consents
        on
            named.customer_key = channel_consents.customer_key
            and named.channel = channel_consents.channel
    where
        named.attempted_at >= channel_consents.stated_at
        and (channel_consents.valid_until is null or named.attempted_at < channel_consents.valid_until)

),

-- any refusal after the contact counts, also one that repeats an earlier one
opt_outs as (

    select
        named.attempt_id,
        min(channel_consents.stated_at) as opted_out_at,
    from named
    inner join {{ ref('int_channel_consents') }} as channel_consents
        on
            named.customer_key = channel_consents.customer_key
            and named.channel = channel_consents.channel
    where
        channel_consents.status = 'revoked'
        and channel_consents.stated_at >= named.delivered_at
        and {{ hours_between('named.delivered_at', 'channel_consents.stated_at') }} <= 168
    group by named.attempt_id

),

-- attempts of the 7 days that end with this one: of the customer, and of the customer on this channel
frequencies as (

    select
        attempt_id,
        channel,
        attempted_at,
        count(*) over (
            partition by customer_key order by attempted_us range between 604799999999 preceding and current row
        ) as count_attempts_7d,
        count(*) over (
            partition by customer_key, channel
            order by attempted_us
            range between 604799999999 preceding and current row
        ) as count_channel_attempts_7d,
    from named
    where
        workflow = 'cart_recovery'
        and customer_key is not null

),

breaches as (

    select
        frequencies.attempt_id,
        max(case
            when outreach_rules.channel = 'any' and frequencies.count_attempts_7d > outreach_rules.max_attempts_7d
                then 1
            when
                outreach_rules.channel = frequencies.channel
                and frequencies.count_channel_attempts_7d > outreach_rules.max_attempts_7d
                then 1
            else 0
        end) as is_cap_breach,
    from frequencies
    cross join {{ ref('outreach_rules') }} as outreach_rules
    where
        frequencies.attempted_at >= outreach_rules.valid_from
        and (outreach_rules.valid_to is null or frequencies.attempted_at < outreach_rules.valid_to)
    group by frequencies.attempt_id

),

final as (

    select
        named.* exclude (attempted_us),
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(customers.region, 'unknown') as region,
        coalesce(consents.consent_status, 'none') as consent_status,
        case when consents.consent_status = 'revoked' then consents.consent_stated_at end as revoked_at,
        opt_outs.opted_out_at,
        frequencies.count_attempts_7d,
        coalesce(breaches.is_cap_breach = 1, false) as is_cap_breach,
    from named
    left join customers
        on named.customer_key = customers.customer_key
    left join consents
        on named.attempt_id = consents.attempt_id
    left join opt_outs
        on named.attempt_id = opt_outs.attempt_id
    left join frequencies
        on named.attempt_id = frequencies.attempt_id
    left join breaches
        on named.attempt_id = breaches.attempt_id

)

select * from final

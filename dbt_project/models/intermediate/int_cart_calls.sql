with

calls as (

    select * from {{ ref('int_calls') }}

),

source_calls as (

    select * from {{ ref('stg_calls') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

cart_reasons as (

    select * from {{ ref('cart_reasons') }}

),

-- an attempt may name the cart that its call does not
attempt_carts as (

    select
        call_key,
        min(cart_id) as cart_id,
    from {{ ref('int_outreach_attempts') }}
    where
        workflow = 'cart_recovery'
        and call_key is not null
    group by call_key

),

chosen as (

    select
        calls.call_key,
        coalesce(calls.cart_id, attempt_carts.cart_id) as cart_id,
        calls.is_engaged,
        calls.direction,
        calls.created_ticket,
    from calls
    left join attempt_carts
        on calls.call_key = attempt_carts.call_key
    where
        calls.workflow = 'cart_recovery'
        or calls.cart_id is not null
        or attempt_carts.call_key is not null

),

judged as (

    select
        chosen.*,
        episode_carts.episode_id,
        contacts.* exclude (call_key, outcome, carrier, warehouse, delivery_stage, is_contact),
        cart_reasons.issue_category,
        cart_reasons.question_family,
        coalesce(cart_reasons.is_solvable, false) as is_solvable,
        coalesce(cart_reasons.must_route, false) as must_route,
        -- outcomes of the contract are for inbound calls: a call to the shopper is judged by what was done in it
        case
            when not chosen.is_engaged then 'not_reached'
            when
                source_calls.transfer_at is not null
                or source_calls.routing_decision in ('escalated', 'sent_to_review')
                or chosen.created_ticket
                then 'routed'
            when
                source_calls.customer_confirmed_resolved = false
                or source_calls.end_reason in ('silence_timeout', 'max_duration')
                or source_calls.routing_decision = 'retried'
                then 'unanswered'
            when source_calls.routing_decision = 'nurtured' then 'nurtured'
            else 'answered'
        end as disposition,
    from chosen
    inner join source_calls
        on chosen.call_key = source_calls.call_key
    inner join contacts
        on chosen.call_key = contacts.call_key
    left join {{ ref('int_cart_episode_carts') }} as episode_carts
        on chosen.cart_id = episode_carts.cart_id
    left join cart_reasons
        on contacts.stated_reason_code = cart_reasons.stated_reason_code

),

final as (

    select
        call_id,
        call_key,
        cart_id,
        episode_id,
        customer_id,
        customer_key,
        direction,
        started_at,
        is_engaged,
        source,
        segment,
        owner,
        disposition as outcome,
        region,
        product_category,
        reason_code,
        phase,
        case when reason_status = 'accepted' then stated_reason_code end as stated_reason_code,
        issue_category,
        question_family,
        is_solvable,
        must_route,
        disposition,
        coalesce(is_engaged and reason_status = 'accepted' and stated_reason_code is not null, false) as has_stated_reason,
    from judged

)

select * from final

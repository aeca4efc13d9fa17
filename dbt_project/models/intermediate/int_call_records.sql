with

tagged_calls as (

    select distinct
        calls.call_key,
        calls.order_key,
        calls.cart_id,
        calls.started_at,
        coalesce(calls.ended_at, calls.started_at) as ended_at,
    from {{ ref('int_calls') }} as calls
    inner join {{ ref('int_call_tags') }} as reason_tags
        on calls.call_key = reason_tags.call_key
    where reason_tags.status = 'accepted'

),

call_checks as (

    select
        call_events.call_key,
        max_by(
            coalesce({{ json_boolean('call_events.payload', 'eligible') }}, call_events.ok),
            case when call_events.event_type = 'eligibility_checked' then call_events.event_seq end
        ) as was_found_eligible,
        max(
            case
                when
                    call_events.ok = false
                    and lower(call_events.name) like '%address%valid%'
                    then 1
                when
                    call_events.ok = false
                    and lower(call_events.name) like '%valid%address%'
                    then 1
                else 0
            end
        ) = 1 as has_failed_address_check,
    from {{ ref('stg_call_events') }} as call_events
    where
        call_events.event_type = 'eligibility_checked'
        or lower(call_events.name) like '%address%'
    group by call_events.call_key

),

call_returns as (

    select
        tagged_calls.call_key,
        max_by(returns.eligible, returns.requested_at) as is_return_eligible,
        max(case when upper(returns.reason) like '%WRONG%' then 1 else 0 end) = 1 as has_wrong_item_return,
        max(case when upper(returns.reason) like '%DEFECT%' then 1 else 0 end) = 1 as has_defective_return,
        max(case when upper(returns.reason) like '%DAMAG%' then 1 else 0 end) = 1 as has_damaged_return,
        max(
            case when upper(returns.reason) like '%SIZE%' or upper(returns.reason) like '%FIT%' then 1 else 0 end
        ) = 1 as has_size_return,
        max(
            case
                when upper(returns.reason) like '%DESCRI%' or upper(returns.reason) like '%STYLE%' then 1
                when upper(returns.reason) like '%COLOR%' or upper(returns.reason) like '%COLOUR%' then 1
                else 0
            end
        ) = 1 as has_style_return,
        max(
            case when upper(returns.reason) like '%UNWANTED%' or upper(returns.reason) like '%MIND%' then 1 else 0 end
        ) = 1 as has_unwanted_return,
        max(case when returns.received_at <= tagged_calls.started_at then 1 else 0 end) = 1
            as has_received_return,
        max(
            case when returns.received_at is null or returns.received_at > tagged_calls.started_at then 1 else 0 end
        ) = 1 as has_open_return,
    from tagged_calls
    inner join {{ ref('stg_returns') }} as returns
        on
            tagged_calls.order_key = returns.order_key
            and tagged_calls.ended_at >= returns.requested_at
    group by tagged_calls.call_key

),

call_refunds as (

    select
        tagged_calls.call_key,
        max_by(refunds.within_policy, refunds.requested_at) as is_refund_within_policy,
    from tagged_calls
    inner join {{ ref('stg_refunds') }} as refunds
        on
            tagged_calls.order_key = refunds.order_key
            and tagged_calls.ended_at >= refunds.requested_at
    group by tagged_calls.call_key

),

order_payments as (

    select
        tagged_calls.call_key,
        max(case when payments.status = 'failed' then 1 else 0 end) = 1 as has_failed_payment,
        count(case when payments.status = 'succeeded' then 1 end)
        > count(distinct case when payments.status = 'succeeded' then payments.amount end)
            as has_same_amount_twice,
    from tagged_calls
    inner join {{ ref('stg_payments') }} as payments
        on
            tagged_calls.order_key = payments.order_key
            and tagged_calls.started_at >= payments.attempted_at
    group by tagged_calls.call_key

),

cart_payments as (

    select
        tagged_calls.call_key,
        max(case when payments.status = 'failed' then 1 else 0 end) = 1 as has_failed_payment,
    from tagged_calls
    inner join {{ ref('stg_payments') }} as payments
        on
            tagged_calls.cart_id = payments.cart_id
            and tagged_calls.started_at >= payments.attempted_at
    group by tagged_calls.call_key

),

call_disputes as (

    select distinct tagged_calls.call_key
    from tagged_calls
    inner join {{ ref('stg_disputes') }} as disputes
        on
            tagged_calls.order_key = disputes.order_key
            and tagged_calls.started_at >= disputes.opened_at

),

stock_problems as (

    select distinct tagged_calls.call_key
    from tagged_calls
    inner join {{ ref('stg_inventory_events') }} as inventory_events
        on
            tagged_calls.order_key = inventory_events.order_key
            and tagged_calls.started_at >= inventory_events.event_at
    where inventory_events.kind in ('short_pick', 'backorder')

),

-- what had arrived by the end of the call, for the call itself or for its order
document_evidence as (

    select
        tagged_calls.call_key,
        documents.shows_damage,
        documents.shows_other_article,
    from tagged_calls
    inner join {{ ref('int_document_evidence') }} as documents
        on tagged_calls.call_key = documents.call_key
    where documents.received_at <= tagged_calls.ended_at

    union all

    select
        tagged_calls.call_key,
        documents.shows_damage,
        documents.shows_other_article,
    from tagged_calls
    inner join {{ ref('int_document_evidence') }} as documents
        on tagged_calls.order_key = documents.order_key
    where documents.received_at <= tagged_calls.ended_at

),

call_documents as (

    select
        call_key,
        max(case when shows_damage then 1 else 0 end) = 1 as has_damage_document,
        max(case when shows_other_article then 1 else 0 end) = 1 as has_wrong_item_document,
    from document_evidence
    group by call_key

),

final as (

    select
        tagged_calls.call_key,
        call_checks.was_found_eligible,
        coalesce(call_checks.has_failed_address_check, false) as has_failed_address_check,
        call_returns.call_key is not null as has_return,
        call_returns.is_return_eligible,
        coalesce(call_returns.has_wrong_item_return, false) as has_wrong_item_return,
        coalesce(call_returns.has_defective_return, false) as has_defective_return,
        coalesce(call_returns.has_damaged_return, false) as has_damaged_return,
        coalesce(call_returns.has_size_return, false) as has_size_return,
        coalesce(call_returns.has_style_return, false) as has_style_return,
        coalesce(call_returns.has_unwanted_return, false) as has_unwanted_return,
        coalesce(call_returns.has_received_return, false) as has_received_return,
        coalesce(call_returns.has_open_return, false) as has_open_return,
        call_refunds.call_key is not null as has_refund,
        call_refunds.is_refund_within_policy,
        order_payments.call_key is not null or cart_payments.call_key is not null as has_payment,
        coalesce(order_payments.has_failed_payment, false)
        or coalesce(cart_payments.has_failed_payment, false) as has_failed_payment,
        coalesce(order_payments.has_same_amount_twice, false) as has_same_amount_twice,
        call_disputes.call_key is not null as has_dispute,
        stock_problems.call_key is not null as has_stock_problem,
        coalesce(call_documents.has_damage_document, false) as has_damage_document,
        coalesce(call_documents.has_wrong_item_document, false) as has_wrong_item_document,
    from tagged_calls
    left join call_checks
        on tagged_calls.call_key = call_checks.call_key
    left join call_returns
        on tagged_calls.call_key = call_returns.call_key
    left join call_refunds
        on tagged_calls.call_key = call_refunds.call_key
    left join order_payments
        on tagged_calls.call_key = order_payments.call_key
    left join cart_payments
        on tagged_calls.call_key = cart_payments.call_key
    left join call_disputes
        on tagged_calls.call_key = call_disputes.call_key
    left join stock_problems
        on tagged_calls.call_key = stock_problems.call_key
    left join call_documents
        on tagged_calls.call_key = call_documents.call_key

)

select * from final

with

tags as (

    select * from {{ ref('int_call_tags') }}
    where status = 'accepted'

),

-- words on a voicemail or in a test are no customer's reason
calls as (

    select
        call_key,
        is_person,
    from {{ ref('int_calls') }}

),

reason_codes as (

    select * from {{ ref('reason_codes') }}

),

states as (

    select * from {{ ref('int_moment_states') }}

),

records as (

    select * from {{ ref('int_call_records') }}

),

signals as (

    select * from {{ ref('int_call_signals') }}

),

joined as (

    select
        tags.*,
        coalesce(reason_codes.l1 || '.' || reason_codes.l2, tags.code) as stated_group,
        states.* exclude (contact_key),
        states.shipment_key is not null as has_shipment,
        states.was_handed_over or states.last_carrier_scan_at is not null as has_left,
        {{ hours_between('states.last_movement_at', 'states.at_moment') }} as silent_hours,
        {{ hours_between('states.labelled_at', 'states.at_moment') }} as labelled_hours,
        records.* exclude (call_key),
        signals.has_open_incident,
        signals.count_reporters_60_minutes,
    from tags
    inner join calls
        on
            tags.call_key = calls.call_key
            and calls.is_person
    left join reason_codes
        on tags.code = reason_codes.code
    left join states
        on tags.call_key = states.contact_key
    left join records
        on tags.call_key = records.call_key
    left join signals
        on tags.call_key = signals.call_key

),

-- the words give the group, the state at call time gives the leaf; the first rule that holds, null when none does
with_leaf as (

    select
        *,
        case
            -- a parcel that arrived, goes back or was cancelled is none of the leaves: the claim is contradicted
            when code = 'WISMO' and delivery_stage in ('delivered', 'returning', 'returned', 'cancelled') then null
            when code = 'WISMO' and was_on_hold and not coalesce(has_left, false) then 'FUL.HOLD.ORDER_ON_HOLD'
            when code = 'WISMO' and (has_lost or silent_hours > lost_hours) then 'DEL.LOST.LOST_IN_TRANSIT'
            -- a later scan means that the parcel moves again; what made it late stays the cause of its lateness
            when
                code = 'WISMO' and (
                    last_external_at >= last_carrier_scan_at
                    or (last_external_at is not null and promise_at < at_moment)
                )
                then 'DEL.LATE.CUSTOMS_EXTERNAL'
            when code = 'WISMO' and silent_hours > stalled_hours then 'DEL.LATE.STALLED'
            when code = 'WISMO' and has_left and promise_at < at_moment then 'DEL.LATE.PAST_PROMISE'
            when
                code = 'WISMO' and not coalesce(has_left, false) and labelled_hours > no_first_scan_hours
                then 'FUL.UNSHIPPED.LABEL_NO_FIRST_SCAN'
            -- an order that is known to have left, without a milestone that says when, is no evidence either way
            when code = 'WISMO' and not coalesce(has_left, false) and has_left_value and not has_shipment then null
            when code = 'WISMO' and not coalesce(has_left, false) and has_cancelled_value then null
            when
                code = 'WISMO' and not coalesce(has_left, false)
                and not coalesce(labelled_hours >= 0, false) and ship_by_at < at_moment
                then 'FUL.UNSHIPPED.PAST_SHIP_BY'
            when code = 'WISMO' and has_left and promise_at >= at_moment then 'DEL.STATUS.IN_TRANSIT_ON_TRACK'
            when
                code = 'WISMO' and not coalesce(has_left, false) and is_order_known
                then 'DEL.STATUS.PRE_DISPATCH_ETA'
            when
                code = 'DELIVERY_FAILED' and (has_address_problem or has_failed_address_check)
                then 'DEL.ADDRESS.INVALID_ADDRESS'
            when code = 'DELIVERY_FAILED' and has_attempt_failed then 'DEL.FAIL.ATTEMPT_FAILED'
            when
                code = 'REFUND_ASK'
                and coalesce(was_found_eligible, is_return_eligible, is_refund_within_policy)
                then 'REF.REQUEST.REFUND_REQUEST'
            when
                code = 'REFUND_ASK'
                and not coalesce(was_found_eligible, is_return_eligible, is_refund_within_policy)
                then 'REF.EXCEPTION.REFUND_OUTSIDE_POLICY'
            when
                code = 'SITE_TROUBLE' and (has_open_incident or count_reporters_60_minutes >= 3)
                then 'INC.OUTAGE.SERVICE_FAILURE_REPORT'
            when code = 'SITE_TROUBLE' then 'CHK.SITE.CHECKOUT_OR_SITE_ERROR'
        end as evidence_leaf,
        -- what the records say to the words: true confirms, false contradicts, null cannot be checked
        case
            when code = 'DEL.LOST.DELIVERED_NOT_RECEIVED' and has_shipment then was_delivered
            when
                code = 'DEL.FAIL.PICKUP_WAITING' and last_scan_at is not null
                then has_available_for_pickup
            when
                code = 'DEL.FAIL.RETURN_TO_SENDER' and last_scan_at is not null
                then has_returning or has_returned
            when code = 'PAY.CHECKOUT.PAYMENT_FAILED' and has_payment then has_failed_payment
            when code = 'PAY.CHARGE.UNEXPECTED_OR_DUPLICATE' and has_same_amount_twice then true
            when code = 'PAY.CHARGE.CHARGEBACK' and has_dispute then true
            when code = 'FUL.STOCK.OUT_OF_STOCK_AFTER_ORDER' and has_stock_problem then true
            when code = 'RET.STATUS.RETURN_NOT_PROCESSED' and has_return then has_open_return
            when code = 'REF.STATUS.REFUND_STATUS' and has_refund then true
            when code = 'FUL.ACCURACY.WRONG_ITEM' and (has_wrong_item_return or has_wrong_item_document) then true
            when code = 'PRD.DEFECT.DEFECTIVE_OR_QUALITY' and has_defective_return then true
            when code = 'RET.REASON.SIZE_OR_FIT' and has_size_return then true
            when code = 'RET.REASON.NOT_AS_DESCRIBED_OR_STYLE' and has_style_return then true
            when code = 'RET.REASON.CHANGED_MIND' and has_unwanted_return then true
            when
                code = 'FUL.CONDITION.DAMAGED_ON_ARRIVAL'
                and (has_damage or has_damage_document or has_damaged_return)
                then true
            -- nothing can be wrong with what has not arrived
            when
                code in (
                    'FUL.ACCURACY.WRONG_ITEM', 'FUL.ACCURACY.MISSING_ITEM', 'FUL.CONDITION.DAMAGED_ON_ARRIVAL'
                )
                and has_shipment and not was_delivered
                then false
            when code = 'INC.STATUS.INCIDENT_UPDATE_REQUEST' then has_open_incident
        end as is_claim_confirmed,
    from joined

),

final as (

    select
        call_id,
        call_key,
        tag_rank,
        code as stated_reason_code,
        stated_group as stated_reason_group,
        case
            when reviewed_leaf is not null then reviewed_leaf
            when evidence_leaf is not null then evidence_leaf
            when code in ('WISMO', 'DELIVERY_FAILED', 'REFUND_ASK', 'SITE_TROUBLE') then code || '.UNVERIFIED'
            else code
        end as verified_reason_code,
        case
            when evidence_leaf is not null then 'confirmed'
            when
                code = 'WISMO' and delivery_stage in ('delivered', 'returning', 'returned', 'cancelled')
                then 'contradicted'
            when code = 'DELIVERY_FAILED' and last_scan_at is not null then 'contradicted'
            when is_claim_confirmed then 'confirmed'
            when not is_claim_confirmed then 'contradicted'
            else 'not_checkable'
        end as claim,
        confidence,
        span_turn_no,
        span_start,
        span_end,
        span_text,
        taxonomy_version,
        model_version,
        reason_source,
        recoded_from,
        at_moment as started_at,
    from with_leaf

)

select * from final

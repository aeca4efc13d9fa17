with

made as (
    select
        *,
        case
            when deferral = 'callback' then 'callback'
            when code in ('FUL.ACCURACY.WRONG_ITEM', 'FUL.ACCURACY.MISSING_ITEM')
                and outcome <> 'system_failure'
                then 'replacement'
            when code = 'REFUND_ASK' and outcome like 'resolved%' then 'refund'
            when code = 'DEL.CHANGE.ADDRESS_CHANGE' and outcome like 'resolved%'
                then 'address_change'
            when code in ('WISMO', 'DELIVERY_FAILED') and outcome like 'resolved%'
                and draw(call_key, 'update') < 0.25
                then 'update'
            when code = 'RET.HOWTO.RETURN_INSTRUCTIONS' and outcome like 'resolved%' then 'link'
        end as promise_kind,
        later(begins_at, 0.75 * date_diff('second', begins_at, ended_at)) as promised_at
    from calls_sim
    where kind = 'contact'
)

select
    key_text('p_', mix(call_key, 'promise')) as promise_id,
    later(ended_at, 60) as source_updated_at,
    key_text('call_', call_key) as call_id,
    if(is_anonymous, null, customer_text(customer_no)) as customer_id,
    if(has_order, order_text(order_no), null) as order_id,
    promise_kind as kind,
    promised_at,
    later(promised_at, 86400) as due_at,
    if(
        draw(call_key, 'kept') < 0.8,
        known(later(ended_at, 1800 + 90000 * draw(call_key, 'keep time'))), null
    ) as fulfilled_at,
    if(
        promise_kind in ('refund', 'replacement', 'address_change') and draw(call_key, 'eligible') < 0.97,
        later(promised_at, -20), null
    ) as eligibility_confirmed_at,
    mix(call_key, 'promise') as row_key,
    begins_at as sort_at,
    part_of(begins_at, call_key, getvariable('batches')) as part
from made
where promise_kind is not null

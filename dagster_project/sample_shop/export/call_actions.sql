with

wanted as (
    select
        *,
        case
            when code = 'ORD.CHANGE.CANCEL' then 'cancel_order'
            when code = 'DEL.CHANGE.ADDRESS_CHANGE' then 'change_address'
            when code = 'ORD.INFO.CONFIRMATION_OR_INVOICE' then 'send_invoice'
            when code = 'RET.HOWTO.RETURN_INSTRUCTIONS' then 'send_return_label'
            when code like 'FUL.ACCURACY%' or code = 'REF.EXCHANGE.REPLACEMENT_OR_EXCHANGE'
                then 'create_replacement'
            when code = 'WISMO' and draw(call_key, 'notify') < 0.2 then 'subscribe_updates'
        end as action_type,
        later(begins_at, 0.7 * date_diff('second', begins_at, ended_at)) as requested_at
    from calls_sim
    where kind = 'contact' and has_order
        and outcome in ('resolved_confirmed', 'resolved_assumed', 'transferred_human')
)

select
    key_text('call_', call_key) as call_id,
    action_type,
    order_text(order_no) as target_id,
    later(requested_at, 30) as source_updated_at,
    'commerce' as target_system,
    requested_at,
    if(draw(call_key, 'action') < 0.96, later(requested_at, 4), null) as executed_at,
    case
        when draw(call_key, 'action') < 0.96 then 'done'
        when draw(call_key, 'action') < 0.98 then 'failed'
        else 'refused'
    end as status,
    if(
        draw(call_key, 'action') < 0.96, if(draw(call_key, 'twice') < 0.004, 2, 1), 0
    )::bigint as executions,
    mix(call_key, 'action row') as row_key,
    begins_at as sort_at,
    part_of(begins_at, call_key, getvariable('batches')) as part
from wanted
where action_type is not null

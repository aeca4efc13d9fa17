-- The truth beside the landing folder: one row per call; of the other workflows those that were answered.
with

every as (
    select
        call_key, kind, code, second_code, leaf, outcome, is_resolved, origin_key, trigger, begins_at, customer_no,
        order_no, is_webhook
    from calls_sim
    union all by name
    select
        call_key, if(code is null, 'no_reason', 'contact') as kind, code, 'workflow ' || workflow as trigger, begins_at, customer_no,
        order_no, false as is_webhook
    from workflow_calls
)

select
    key_text('call_', c.call_key) as call_id,
    c.kind,
    case
        when c.kind = 'contact' then 'reason'
        when c.kind = 'no_reason' then 'no_reason_stated'
        when c.kind in ('leg', 'callback') then 'follow_up'
        else 'not_a_contact'
    end as true_state,
    if(c.kind = 'contact', c.code, null) as true_code,
    if(c.kind = 'contact', c.second_code, null) as true_second_code,
    if(c.kind = 'contact', c.leaf, null) as true_leaf,
    c.outcome as true_outcome,
    c.outcome in (
        'contained_unresolved', 'resolved_confirmed', 'resolved_assumed'
    ) as is_contained_truth,
    if(c.kind = 'contact', c.is_resolved, null) as is_resolved_truth,
    if(o.via = 'phone', key_text('call_', c.origin_key), null) as returns_after_call_id,
    c.trigger as cause,
    c.begins_at::timestamptz as started_at,
    if(c.customer_no is null, null, customer_text(c.customer_no)) as true_customer_id,
    if(c.order_no is null, null, order_text(c.order_no)) as true_order_id,
    c.is_webhook
from every as c
left join contacts as o on c.origin_key = o.contact_key
order by c.begins_at, c.call_key

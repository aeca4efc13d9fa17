select
    key_text('t_', ticket_key) as ticket_id,
    greatest(created_at, known(replied_at), known(solved_at)) as source_updated_at,
    created_at,
    system,
    channel,
    if(is_anonymous, null, customer_text(customer_no)) as customer_id,
    if(has_order, order_text(order_no), null) as order_id,
    if(is_unlinked or call_key is null, null, key_text('call_', call_key)) as call_id,
    null::varchar as incident_id,
    lower(split_part(code, '.', 1)) as issue_type,
    case when segment = 'vip' then 'high' else 'normal' end as priority,
    case
        when known(solved_at) is not null then 'solved'
        when known(replied_at) is not null then 'pending'
        else 'open'
    end as status,
    desk as "group",
    if(
        known(replied_at) is not null, desk_person(desk, draw(ticket_key, 'person')), null
    ) as assignee_id,
    call_key is null as requested_by_customer,
    known(solved_at) as solved_at,
    null::timestamp as closed_at,
    if(merged_key is null, null, key_text('t_', merged_key)) as merged_into,
    'Request about ' || if(has_order, 'order ' || order_text(order_no), 'the shop') as subject,
    if(
        call_key is null, ticket_text(code, ticket_key, customer_no, order_no),
        'Opened for a call'
    ) as description,
    json_array(lower(split_part(code, '.', 1))) as tags,
    'https://desk.example/tickets/' || key_text('t_', ticket_key) as record_url,
    mix(ticket_key, 'ticket row') as row_key,
    created_at as sort_at,
    part_of(created_at, mix(ticket_key, 'ticket row'), getvariable('batches')) as part
from tickets_sim

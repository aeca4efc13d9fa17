with

happened as (
    select ticket_key, 1 as event_no, created_at as begins_at, if(
        call_key is null, 'customer', 'ai'
    ) as actor_type,
        'status' as field, null::varchar as old_value, 'open' as new_value, false as is_public
    from tickets_sim
    union all
    select ticket_key, 2, replied_at, 'agent', 'comment', null, null, true from tickets_sim
    where merged_key is null
    union all
    select ticket_key, 3, greatest(
        solved_at, later(replied_at, 60)
    ), 'agent', 'status', 'open', 'solved', false
    from tickets_sim
    where merged_key is null
)

select
    key_text('t_', ticket_key) as ticket_id,
    event_no::varchar as event_id,
    begins_at as "at",
    actor_type,
    field,
    old_value,
    new_value,
    is_public,
    mix(ticket_key + event_no::ubigint % 8, 'ticket event row ' || event_no) as row_key,
    begins_at as sort_at,
    part_of(begins_at, ticket_key, getvariable('batches')) as part
from happened
where begins_at < getvariable('shop_end')

-- One row per ticket: opened for a call, or by a customer on another channel.
create or replace table tickets_sim as
with

from_calls as (
    select
        mix(call_key, 'ticket') as ticket_key,
        call_key,
        -- one in four is found only by customer, order and time
        draw(call_key, 'ticket link') < 0.25 and not is_anonymous and has_order
            and customer_no is not null as is_unlinked,
        'phone' as channel,
        order_no,
        customer_no,
        code,
        desk,
        segment,
        is_anonymous,
        has_order,
        null::ubigint as origin_key,
        later(ended_at, 20 + 600 * draw(call_key, 'ticket time')) as created_at
    from calls_sim
    where kind = 'contact'
        and (
            deferral = 'ticket'
                or (outcome = 'transferred_human' and draw(call_key, 'ticket too') < 0.25)
        )
),

from_customers as (
    select
        contact_key as ticket_key,
        null::ubigint as call_key,
        false as is_unlinked,
        via as channel,
        order_no,
        customer_no,
        code,
        desk,
        segment,
        false as is_anonymous,
        order_no is not null and draw(contact_key, 'order known') < 0.85 as has_order,
        origin_key,
        begins_at as created_at
    from contacts
    where via <> 'phone'
),

every as (
    select * from from_calls
    union all
    select * from from_customers
)

select
    e.*,
    pick_ticket_system(draw(e.ticket_key, 'system')) as system,
    later(e.created_at, 1800 + 30 * 3600 * pow(draw(e.ticket_key, 'reply'), 2)) as replied_at,
    later(e.created_at, 7200 + 90 * 3600 * pow(draw(e.ticket_key, 'solve'), 1.5)) as solved_at,
    case when e.call_key is null and f.contact_key is not null
        and draw(e.ticket_key, 'merge') < 0.25
        then e.origin_key end as merged_key
from every as e
left join contacts as f on e.origin_key = f.contact_key and f.via <> 'phone'
where e.created_at < getvariable('shop_end')
order by created_at, ticket_key;

-- Calls that must reach a person by a rule. One that breaks off reaches nobody, whatever the agent wants.
create or replace table truth_mandated as
select
    key_text('call_', c.call_key) as call_id,
    d.rules,
    d.is_obeyed,
    c.outcome = 'system_failure' as is_broken_off,
    c.begins_at::timestamptz as started_at
from duties as d
inner join calls_sim as c on d.contact_key = c.call_key
order by c.begins_at, c.call_key;

-- Who leaves is for a workflow to say; without one nobody does.
create or replace table churned (customer_no bigint, churned_at timestamp);

-- Calls of the other workflows that were answered, with what they were about; null where nothing was said.
create or replace table workflow_calls (
    call_key ubigint, workflow varchar, direction varchar, code varchar, customer_no bigint, order_no bigint,
    begins_at timestamp, ended_at timestamp
);

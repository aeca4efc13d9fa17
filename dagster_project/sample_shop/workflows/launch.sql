-- The launch of the agent: where, when, and who answered before. Calls that arrive as webhooks come from the agent's own
-- platform, so before the launch they are trials.
create or replace macro launch_time(share) as
    later(getvariable('shop_start'), floor(share * getvariable('weeks')) * 604800);

create or replace table landed_launch__launch_scopes as
with

scopes (workflow, source_system, segment, go_live_at, tuned_at) as (
    values
    ('order_support', 'shopify', 'any', launch_time(0), launch_time(getvariable('launch_shopify_tuned'))),
    (
        'order_support', 'woocommerce', 'any', launch_time(getvariable('launch_woocommerce_live')),
        launch_time(getvariable('launch_woocommerce_tuned'))
    ),
    (
        'order_exception', 'any', 'any', launch_time(getvariable('launch_exceptions_live')),
        launch_time(getvariable('launch_exceptions_tuned'))
    ),
    ('cart_recovery', 'any', 'any', launch_time(0), null),
    ('incident', 'any', 'any', launch_time(0), null),
    ('ocr_handoff', 'any', 'any', launch_time(0), null)
)

select
    workflow,
    source_system,
    segment,
    go_live_at,
    null::timestamp as baseline_from,
    tuned_at,
    hash(workflow, source_system) as row_key,
    getvariable('shop_start') as sort_at,
    0 as part
from scopes;

update calls_sim
set
    agent_version = 'human',
    ended_at = later(begins_at, getvariable('launch_human_length') * date_diff('second', begins_at, ended_at))
where
    direction = 'inbound'
    and not is_webhook
    and begins_at < launch_time(getvariable('launch_woocommerce_live'))
    and if(
        order_no is not null, order_source(order_no), pick_source(draw(call_key, 'source'))
    ) = 'woocommerce';

create or replace table landed_launch__calendar_events as
select
    'spring-sale' as event_id,
    getvariable('shop_start') as source_updated_at,
    'sale' as kind,
    'Spring sale' as name,
    later(getvariable('shop_start'), 604800 * getvariable('spring_sale_first')) as starts_at,
    later(getvariable('shop_start'), 604800 * (getvariable('spring_sale_last') + 1)) as ends_at,
    hash('spring-sale') as row_key,
    getvariable('shop_start') as sort_at,
    0 as part;

-- People open tickets for what they could have answered: what of these the agent does without is its deflection. The truth
-- has every call of the scope, with the ticket that people would have made of it.
create or replace table truth_launch_calls as
select
    key_text('call_', call_key) as call_id,
    begins_at as started_at,
    begins_at < launch_time(getvariable('launch_woocommerce_live')) as is_before_launch,
    call_key in (select call_key from tickets_sim where call_key is not null) as has_own_ticket,
    draw(call_key, 'people open a ticket') < getvariable('launch_human_tickets') as people_make_ticket
from calls_sim
where
    kind = 'contact'
    and direction = 'inbound'
    and if(
        order_no is not null, order_source(order_no), pick_source(draw(call_key, 'source'))
    ) = 'woocommerce';

insert into tickets_sim by name
select
    mix(call_key, 'people open a ticket') as ticket_key,
    call_key,
    false as is_unlinked,
    'phone' as channel,
    order_no,
    customer_no,
    code,
    desk,
    segment,
    is_anonymous,
    has_order,
    later(ended_at, 20 + 600 * draw(call_key, 'ticket time')) as created_at,
    pick_ticket_system(draw(mix(call_key, 'people open a ticket'), 'system')) as system,
    later(ended_at, 1800 + 90000 * draw(call_key, 'reply of people')) as replied_at,
    later(ended_at, 7200 + 300000 * draw(call_key, 'solved by people')) as solved_at
from calls_sim
where
    agent_version = 'human'
    and kind = 'contact'
    and direction = 'inbound'
    and begins_at < launch_time(getvariable('launch_woocommerce_live'))
    and draw(call_key, 'people open a ticket') < getvariable('launch_human_tickets')
    and call_key not in (select call_key from tickets_sim where call_key is not null);

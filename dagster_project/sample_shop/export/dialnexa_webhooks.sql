-- Deliveries of the voice platform: initiated, ended, transferred; some as the receiver's
-- envelope around the raw body.
with

last_turns as (
    select script, coalesce(min(turn_no) filter (where speaker = 'human'), 99) as first_human
    from script_turns_said
    group by script
),

spoken as (
    select
        t.call_key,
        list(
            json_object('role', if(t.speaker = 'ai', 'agent', 'user'), 'content', t.text)
            order by t.turn_no
        ) as turns,
        string_agg(
            if(t.speaker = 'ai', 'Agent: ', 'User: ') || t.text, chr(10) order by t.turn_no
        ) as said
    from turns_said as t
    inner join calls_sim as c on t.call_key = c.call_key
    inner join last_turns as l on c.script = l.script
    where t.is_webhook and t.turn_no < l.first_human
    group by t.call_key
),

described as (
    select
        c.*,
        date_diff('second', c.begins_at, c.ended_at) as seconds,
        key_text('call_', c.call_key) as id,
        if(c.is_anonymous, 'anonymous', ltrim(customer_phone(c.customer_no), '+')) as number,
        strftime(c.begins_at, '%Y-%m-%dT%H:%M:%S.000Z') as initiated_at,
        json_object(
            'customer_id', if(c.is_anonymous, null, customer_text(c.customer_no)),
            'order_id', if(c.has_order, order_text(c.order_no), null),
            'workflow', 'order_support',
            'source_system', if(
                c.order_no is not null, order_source(c.order_no),
                pick_source(draw(c.call_key, 'source'))
            ),
            'store_id', 'main'
        ) as metadata,
        case
            when c.outcome = 'resolved_confirmed'
                then json_object('resolved', true, 'needs_human_follow_up', false)
            when c.unresolved_mode = 1
                then json_object('resolved', false, 'needs_human_follow_up', false)
            when c.deferral = 'escalated' then json_object('needs_human_follow_up', true)
            else json_object('needs_human_follow_up', false)
        end as analysis,
        case
            when c.status <> 'completed' then 'user_did_not_pick_up'
            when c.outcome = 'system_failure' and not c.is_lost_transfer then 'system_failure'
            else 'user_disconnected'
        end as hangup_reason,
        case
            when c.is_lost_transfer then 'no answer'
            when c.outcome = 'transferred_human' then 'connected'
        end as transfer,
        s.turns,
        s.said
    from calls_sim as c
    left join spoken as s on c.call_key = s.call_key
    where c.is_webhook
),

bodies as (
    select
        call_key, part, begins_at as sent_at, 1 as event_no,
        json_object('event_type', 'call_initiated', 'payload', json_object('call', json_object(
            'id', id, 'direction', direction, 'type', 'phone_call', 'from_number', if(
                direction = 'inbound', number, '18005550100'
            ),
            'to_number', if(direction = 'inbound', '18005550100', number), 'status', 'initiated',
            'agent_id', 'order-support', 'initiated_at', initiated_at, 'metadata', metadata
        ))) as body
    from described
    union all
    select
        call_key, part, later(begins_at, coalesce(seconds, 30) + 6), 2,
        if(
            status = 'completed',
            json_object('event_type', 'call_ended', 'payload', json_merge_patch(
                json_object('call', json_object(
                    'id', id, 'direction', direction, 'type', 'phone_call', 'status', 'completed',
                    'from_number', if(direction = 'inbound', number, '18005550100'),
                    'to_number', if(direction = 'inbound', '18005550100', number),
                    'agent_id', 'order-support', 'agent_version', agent_version, 'initiated_at',
                    initiated_at,
                    'duration', if(
                        draw(call_key, 'duration text') < 0.2, to_json(seconds::varchar),
                        to_json(seconds)
                    ),
                    'transcript', if(
                        draw(call_key, 'transcript') < 0.5, to_json(said), to_json(turns)
                    ),
                    'summary', 'Call of ' || seconds || ' seconds',
                    'hangup_reason', hangup_reason, 'post_call_analysis', analysis, 'metadata',
                    metadata
                )),
                if(
                    transfer is null, json_object(),
                    json_object(
                        'call_transfer',
                        json_object('destination', desk, 'status', transfer)
                    )
                )
            )),
            json_object('event_type', 'call_ended', 'payload', json_object('call', json_object(
                'id', id, 'direction', direction, 'type', 'phone_call', 'status', 'hangup',
                'from_number', if(direction = 'inbound', number, '18005550100'),
                'to_number', if(
                    direction = 'inbound', '18005550100', number
                ), 'agent_id', 'order-support',
                'initiated_at', initiated_at, 'disconnection_reason', hangup_reason, 'metadata',
                metadata
            )))
        )
    from described
    union all
    select
        call_key, part, later(begins_at, seconds + 3), 3,
        json_object('event_type', 'transfer_completed', 'payload', json_object(
            'call', json_object('id', id, 'agent_id', 'order-support'),
            'call_transfer', json_object(
                'destination', desk, 'status', transfer, 'destination_id', desk
            )
        ))
    from described
    where transfer is not null
),

arrived as (
    -- about one delivery in twenty is sent twice
    select *, unnest(range(if(draw(call_key, 'sent twice ' || event_no) < 0.05, 2, 1))) as copy_no
    from bodies
)

select
    if(
        draw(call_key, 'kept') < 0.3,
        json_object(
            'received_at', strftime(
                later(sent_at, 1 + copy_no * 20), '%Y-%m-%dT%H:%M:%SZ'
            ), 'body', body::varchar
        ),
        body
    )::varchar as line,
    event_no,
    copy_no,
    call_key as row_key,
    later(sent_at, copy_no * 20) as sort_at,
    part
from arrived

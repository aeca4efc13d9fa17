-- How each contact of one round goes, and whether it is the last. Runs once per round.
insert into contacts
with

joined as (
    select
        d.*,
        r.human,
        r.unresolved,
        r.desk,
        customer_segment(d.customer_no) as segment,
        coalesce(o.region, customer_region(d.customer_no)) as region,
        o.promise_at < d.begins_at and coalesce(o.delivered_at > d.begins_at, true) as is_late,
        if(d.begins_at >= getvariable('version_at'), 'v4.0', 'v3.2') as agent_version,
        contact_channel(d.contact_key, d.round) as via,
        u.is_obeyed,
        case
            when d.code = 'WISMO' then wismo_leaf(
                o.ship_by, o.label_at, o.handover_at, o.is_hold, o.customs_at, o.promise_at,
                o.lost_at,
                latest_scan(
                    o.label_at, o.handover_at, o.hub_at, o.second_hub_at, o.out_at,
                    o.attempt_at, d.begins_at
                ),
                d.begins_at
            )
            when d.code = 'DELIVERY_FAILED' then if(
                o.has_bad_address, 'DEL.ADDRESS.INVALID_ADDRESS', 'DEL.FAIL.ATTEMPT_FAILED'
            )
            when d.code = 'REFUND_ASK' then if(
                d.trigger = 'refund_out_of_policy', 'REF.EXCEPTION.REFUND_OUTSIDE_POLICY',
                'REF.REQUEST.REFUND_REQUEST'
            )
            when d.code = 'SITE_TROUBLE' then if(
                d.trigger = 'incident', 'INC.OUTAGE.SERVICE_FAILURE_REPORT',
                'CHK.SITE.CHECKOUT_OR_SITE_ERROR'
            )
            else d.code
        end as leaf
    from demand as d
    inner join reasons as r on d.code = r.code
    left join orders_sim as o on d.order_no = o.order_no
    left join duties as u on d.contact_key = u.contact_key
    where d.round = getvariable('round')
),

weighed as (
    select
        *,
        least(0.95, (
            human
            + if(segment = 'vip', getvariable('vip_escalates_human'), 0)
            + if(is_late, 0.07, 0)
            + if(round > 0, 0.12, 0)
        ) * if(
            agent_version = 'v4.0', getvariable('agent_version_human_factor'), 1
        )) as human_chance
    from joined
),

ended as (
    select
        *,
        case
            when via <> 'phone' then 'ticket'
            when draw(contact_key, 'fails') < 0.016 then 'system_failure'
            -- a rule asks for a person: the agent obeys it or does not see it, and nothing else brings one in
            when is_obeyed then if(draw(contact_key, 'how') < 0.55, 'transferred_human', 'deferred_human')
            when is_obeyed is null and draw(contact_key, 'human') < human_chance then case
                when draw(contact_key, 'how') < 0.52 then 'transferred_human'
                when draw(contact_key, 'how') < 0.58 then 'lost_transfer'
                else 'deferred_human'
            end
            when draw(contact_key, 'gives up') < unresolved then 'contained_unresolved'
            when draw(contact_key, 'confirms') < 0.38 then 'resolved_confirmed'
            else 'resolved_assumed'
        end as end_kind
    from weighed
),

judged as (
    select
        *,
        draw(contact_key, 'resolved') < case end_kind
            when 'resolved_confirmed'
                then if(
                    agent_version = 'v4.0', getvariable('agent_version_confirmed_resolved'),
                    0.97
                )
            when 'resolved_assumed'
                then if(agent_version = 'v4.0', getvariable('agent_version_assumed_resolved'), 0.86)
                - if(is_late, 0.15, 0)
            when 'transferred_human' then 0.88
            when 'deferred_human' then 0.80
            when 'ticket' then 0.85
            when 'contained_unresolved' then 0.12
            else 0
        end as is_resolved,
        case
            when end_kind = 'transferred_human'
                then if(draw(contact_key, 'script') < 0.7, 'transfer', 'transfer_soon')
            when end_kind = 'lost_transfer' then 'transfer_lost'
            when end_kind = 'deferred_human' then 'defer'
            when end_kind = 'contained_unresolved' then 'give_up'
            when end_kind = 'system_failure' then 'cut_off'
            when order_no is null and draw(contact_key, 'script') < 0.45 then 'brief'
            when draw(contact_key, 'script') < 0.30 then 'plain'
            when draw(contact_key, 'script') < 0.52 then 'talky'
            when draw(contact_key, 'script') < 0.66 then 'brief'
            when draw(contact_key, 'script') < 0.82 then 'noisy'
            else 'wordy'
        end as script
    from ended
)

select
    contact_key,
    origin_key,
    round,
    order_no,
    customer_no,
    trigger,
    code,
    case when draw(contact_key, 'second') < 0.05 then pick_open(
        draw(contact_key, 'second reason')
    ) end as second_code,
    leaf,
    begins_at,
    later(begins_at, 4 + script_turns(script) * (8 + 7 * draw(contact_key, 'pace'))) as ended_at,
    via,
    segment,
    agent_version,
    if(end_kind = 'lost_transfer', 'system_failure', end_kind) as outcome,
    end_kind = 'lost_transfer' as is_lost_transfer,
    case
        when end_kind <> 'deferred_human' then null
        when draw(contact_key, 'deferral') < 0.55 then 'ticket'
        when draw(contact_key, 'deferral') < 0.80 then 'callback'
        else 'escalated'
    end as deferral,
    is_resolved,
    draw(contact_key, 'back') < case
        when end_kind = 'system_failure' then 0.75
        when is_resolved then 0.03
        when end_kind = 'ticket' then 0.30
        else 0.58
    end as comes_back,
    script,
    desk,
    region
from judged;

-- Who comes back makes the next round: at once after a failure of ours, else within days.
insert into demand
with

comes_back_rows as (
    select
        *,
        mix(contact_key, 'again') as next_key,
        outcome = 'system_failure' and draw(contact_key, 'at once') < 0.7 as is_at_once,
        draw(contact_key, 'back time') as back_draw,
        later(
            ended_at,
            7200 + least(8.0, -2.2 * ln(1 - draw(contact_key, 'back time'))) * 86400
        ) as wished_at
    from contacts
    where comes_back and round = getvariable('round')
),

again as (
    select
        next_key as contact_key,
        contact_key as origin_key,
        round + 1 as round,
        order_no,
        customer_no,
        'repeat' as trigger,
        case
            when outcome = 'system_failure' or draw(contact_key, 'same') < 0.82 then code
            when draw(contact_key, 'same') < 0.93 then 'CON.COMPLAINT.SERVICE_COMPLAINT'
            else 'CON.HUMAN.ASKED_FOR_HUMAN'
        end as code,
        if(
            is_at_once, later(ended_at, 40 + 200 * back_draw),
            calling_time(wished_at, next_key)
        ) as begins_at
    from comes_back_rows
)

select * from again
where begins_at < getvariable('shop_end');

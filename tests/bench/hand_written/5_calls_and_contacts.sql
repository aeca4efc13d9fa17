-- The published facts of calls, contacts and orders.
create or replace table repeats as
with
    contacts as (
        select
            moments.contact_key,
            moments.call_key,
            moments.ticket_key,
            moments.customer_key,
            moments.order_key,
            moments.channel,
            reasons.stated_reason_group,
            epoch_us(moments.at_moment) as at_us,
            moments.call_key is not null and exists (
                select 1
                from shop_calls as failed
                where
                    failed.call_outcome = 'system_failure'
                    and failed.customer_key = moments.customer_key
                    and failed.started_at < moments.at_moment
                    and coalesce(failed.ended_at, failed.started_at) + interval 5 minute
                    >= moments.at_moment
            ) as is_reconnect,
        from moments
        left join reasons using (call_key)
        where moments.is_contact
    ),
    followed as (
        select
            this.contact_key,
            min(later.at_us) as next_us,
            min(later.at_us) filter (
                this.order_key = later.order_key
                or (
                    (this.order_key is null or later.order_key is null)
                    and this.stated_reason_group = later.stated_reason_group
                )
            ) as next_same_us,
        from contacts as this
        inner join contacts as later
            on
                this.customer_key = later.customer_key
                and later.at_us > this.at_us
                and later.at_us <= this.at_us + 604800000000
        where not later.is_reconnect
        group by this.contact_key
    )
select
    contacts.contact_key,
    contacts.call_key,
    contacts.ticket_key,
    contacts.channel,
    contacts.stated_reason_group,
    contacts.is_reconnect,
    followed.next_us is not null as repeat_any,
    followed.next_same_us is not null as repeat_same_issue,
    (followed.next_us - contacts.at_us) / 3600000000.0 as repeat_any_hours,
    (followed.next_same_us - contacts.at_us) / 3600000000.0 as repeat_same_issue_hours,
    least(168.0, (epoch_us(getvariable('as_of')) - contacts.at_us) / 3600000000.0)
        as followup_hours,
from contacts
left join followed using (contact_key);

create or replace table owing as
select
    call_key, order_key, ended_at,
from shop_calls as calls
where
    is_engaged
    and (
        has_promise
        or call_outcome = 'deferred_human'
        or exists (
            select 1
            from marts.fct_shipment_exceptions as problems
            where
                problems.order_key = calls.order_key
                and problems.opened_at <= calls.started_at
                and (problems.closed_at is null or problems.closed_at > calls.started_at)
        )
    );

create or replace table updates as
with
    sent as (
        select order_key, ticket_key, delivered_at
        from raw.messages
        where
            sent_at <= getvariable('as_of')
            and delivered_at <= getvariable('as_of')
            and not coalesce(is_automatic_recap, false)
    ),
    found as (
        select owing.call_key, sent.delivered_at
        from owing
        inner join sent
            on owing.order_key = sent.order_key and sent.delivered_at >= owing.ended_at
        union all
        select owing.call_key, sent.delivered_at
        from owing
        inner join ticket_calls using (call_key)
        inner join sent
            on ticket_calls.ticket_key = sent.ticket_key and sent.delivered_at >= owing.ended_at
    )
select call_key, min(delivered_at) as updated_at,
from found
group by call_key;

create or replace table marts.fct_calls as
with
    touches as (
        select tickets.order_key, events.at
        from raw.ticket_events as events
        inner join shop_tickets as tickets using (ticket_key)
        where
            events.actor_type = 'agent'
            and events.at <= getvariable('as_of')
            and tickets.order_key is not null
    ),
    transfers as (
        select order_key, customer_key, started_at
        from shop_calls
        where call_outcome = 'transferred_human' and order_key is not null
    ),
    with_followups as (
        select
            calls.*,
            call_outcome in ('resolved_confirmed', 'resolved_assumed') as is_resolved,
            call_outcome in ('transferred_human', 'deferred_human') as is_handed_on,
            exists (
                select 1
                from touches
                where
                    touches.order_key = calls.order_key
                    and touches.at > calls.started_at
                    and touches.at <= calls.started_at + interval 168 hour
            ) as has_touch,
            exists (
                select 1
                from transfers
                where
                    transfers.order_key = calls.order_key
                    and transfers.customer_key = calls.customer_key
                    and transfers.started_at > calls.started_at
                    and transfers.started_at <= calls.started_at + interval 168 hour
            ) as has_transfer,
            exists (
                select 1
                from shop_tickets as tickets
                where
                    tickets.customer_key = calls.customer_key
                    and tickets.created_at >= calls.started_at
                    and tickets.created_at <= calls.started_at + interval 72 hour
                    and (calls.order_key is null or tickets.order_key = calls.order_key)
            ) as has_ticket,
        from shop_calls as calls
    )
select
    calls.call_id,
    calls.started_at,
    week_of(calls.started_at) as week_start_date,
    calls.direction,
    calls.workflow,
    coalesce(calls.source_system, 'unknown') as source,
    states.segment,
    case when calls.owner_id is null then 'ai' else coalesce(owners.team, 'unknown') end as owner,
    coalesce(calls.call_outcome, 'unknown') as outcome,
    coalesce(states.carrier, 'unknown') as carrier,
    states.region,
    states.warehouse,
    states.product_category,
    states.delivery_stage,
    coalesce(
        reasons.verified_reason_code,
        case
            when not calls.is_person or tags.status = 'not_a_contact' then 'NOT_A_CONTACT'
            when tags.status = 'abstained' then 'ABSTAIN'
            when tags.status = 'no_reason_stated' then 'NO_REASON_STATED'
        end,
        'unknown'
    ) as reason_code,
    'unknown' as phase,
    calls.customer_id,
    calls.order_id,
    reasons.stated_reason_group,
    reasons.stated_reason_code,
    case when calls.is_person then tags.confidence end as reason_confidence,
    case when calls.is_person then tags.status else 'not_a_contact' end as reason_status,
    reasons.verified_reason_code,
    case when calls.is_person then tags.span_text end as reason_evidence,
    tags.taxonomy_version,
    tags.model_version,
    true as is_unique,
    calls.is_not_test,
    calls.is_connected,
    calls.is_person,
    calls.is_engaged,
    calls.call_outcome,
    case
        when calls.is_engaged_inbound
            then calls.is_resolved or calls.call_outcome = 'contained_unresolved'
    end as is_contained_technical,
    case when calls.is_engaged_inbound then calls.is_resolved end as is_contained_functional,
    case
        when
            calls.is_engaged_inbound and calls.customer_id is not null
            and hours_from(calls.started_at, getvariable('as_of')) >= 168
            then
                calls.is_resolved
                and not coalesce(repeats.repeat_same_issue, false)
                and not calls.has_touch
                and not calls.has_transfer
    end as is_contained_verified,
    case when calls.is_engaged_inbound then calls.is_handed_on end as is_escalated,
    repeats.repeat_same_issue as is_repeated_within_7d,
    repeats.followup_hours as repeat_followup_hours,
    calls.created_ticket,
    calls.handle_seconds,
    (epoch_us(updates.updated_at) - epoch_us(calls.ended_at)) / 60000000.0 as minutes_to_update,
    calls.call_key,
    calls.customer_key,
    calls.order_key,
    states.shipment_id,
    calls.parent_call_id,
    calls.is_engaged_inbound,
    reasons.reason_claim,
    coalesce(
        reasons.stated_reason_code = 'REFUND_ASK'
        or reasons.stated_reason_code like 'REF.%'
        or reasons.stated_reason_code like 'RET.%',
        false
    ) as is_refund_or_return,
    calls.has_ticket as has_ticket_within_72h,
    owing.call_key is not null as owes_update,
    case
        when owing.call_key is not null
            then greatest(
                (epoch_us(getvariable('as_of')) - epoch_us(calls.ended_at)) / 60000000.0, 0.0
            )
    end as update_followup_minutes,
    calls.ended_at,
from with_followups as calls
inner join states on calls.call_key = states.contact_key
left join raw.owners as owners using (owner_id)
left join raw.reason_tags as tags on calls.call_key = tags.call_key and tags.rank = 1
left join reasons on calls.call_key = reasons.call_key
left join repeats on calls.call_key = repeats.contact_key
left join owing on calls.call_key = owing.call_key
left join updates on calls.call_key = updates.call_key;

create or replace table marts.fct_contacts as
select
    'call:' || calls.call_id as contact_id,
    repeats.channel,
    calls.customer_id,
    calls.order_id,
    calls.started_at,
    calls.week_start_date,
    calls.source,
    calls.segment,
    calls.owner,
    calls.outcome,
    calls.carrier,
    calls.region,
    calls.warehouse,
    calls.product_category,
    calls.delivery_stage,
    calls.reason_code,
    calls.phase,
    calls.stated_reason_group,
    repeats.repeat_any,
    repeats.repeat_same_issue,
    repeats.repeat_any_hours,
    repeats.repeat_same_issue_hours,
    repeats.followup_hours,
    repeats.is_reconnect,
    true as is_call,
    calls.call_id,
    null::varchar as ticket_id,
    repeats.contact_key,
    calls.customer_key,
    calls.order_key,
from repeats
inner join marts.fct_calls as calls using (call_key)
union all
select
    'ticket:' || tickets.ticket_id,
    repeats.channel,
    tickets.customer_id,
    tickets.order_id,
    tickets.created_at,
    week_of(tickets.created_at),
    coalesce(tickets.system, 'unknown'),
    states.segment,
    case when tickets.assignee_id is null then 'unknown' else coalesce(owners.team, 'unknown') end,
    'unknown',
    coalesce(states.carrier, 'unknown'),
    states.region,
    states.warehouse,
    states.product_category,
    states.delivery_stage,
    'unknown',
    'unknown',
    repeats.stated_reason_group,
    repeats.repeat_any,
    repeats.repeat_same_issue,
    repeats.repeat_any_hours,
    repeats.repeat_same_issue_hours,
    repeats.followup_hours,
    repeats.is_reconnect,
    false,
    null,
    tickets.ticket_id,
    repeats.contact_key,
    tickets.customer_key,
    tickets.order_key,
from repeats
inner join shop_tickets as tickets on repeats.ticket_key = tickets.ticket_key
inner join states on repeats.contact_key = states.contact_key
left join raw.owners as owners on tickets.assignee_id = owners.owner_id;

create or replace table order_contacts as
select
    orders.order_key,
    hours_from(orders.placed_at, contacts.started_at) as hours_after_placing,
from marts.fct_contacts as contacts
inner join shop_orders as orders using (order_key)
where
    contacts.started_at >= orders.placed_at
    and hours_from(orders.placed_at, contacts.started_at) <= 720;

create or replace table marts.fct_orders as
select
    orders.order_id,
    source.customer_id,
    orders.placed_at,
    week_of(orders.placed_at) as week_start_date,
    orders.segment,
    coalesce(shipments.carrier, 'unknown') as carrier,
    coalesce(shipments.region, orders.region, 'unknown') as region,
    coalesce(shipments.warehouse_id, orders.warehouse_id, 'unknown') as warehouse,
    coalesce(orders.category, 'unknown') as product_category,
    'unknown' as phase,
    orders.tier,
    source.store_id,
    source.channel,
    source.currency,
    source.net,
    source.payment_status,
    source.fulfillment_status,
    orders.cancelled_at,
    orders.ship_by_at,
    orders.promised_delivery_at,
    orders.count_shipments,
    coalesce(contacts.count_contacts, 0) as count_contacts_30d,
    least(720.0, hours_from(orders.placed_at, getvariable('as_of'))) as contact_followup_hours,
    orders.order_key,
    orders.customer_key,
from shop_orders as orders
inner join raw.orders as source using (order_key)
left join shop_shipments as shipments
    on
        orders.order_key = shipments.order_key
        and orders.first_shipment_id = shipments.shipment_id
left join (
    select order_key, count(*) as count_contacts from order_contacts group by order_key
) as contacts
    on orders.order_key = contacts.order_key;

-- Which rules of mandated_rules the contacts of one round meet, as far as the agent of order support can know at that
-- moment. Runs once per round, before contacts.sql.
insert into duties
with

-- a caller who is not recognised has no customer, and then no tier, no order and no earlier contacts
told as (
    select
        *,
        contact_channel(contact_key, round) as via,
        contact_channel(contact_key, round) <> 'phone' or not is_unrecognised(contact_key, 'contact') as knows_customer
    from demand
),

-- the rule counts contacts of the seven days before
counted as (
    select
        *,
        count(*) over (
            partition by customer_no
            order by epoch_us(begins_at)
            range between 604800000000 preceding and 1 preceding
        ) as earlier_contacts
    from told
    where knows_customer
),

current_round as (
    select
        t.*,
        coalesce(c.earlier_contacts, 0) as earlier_contacts
    from told as t
    left join counted as c on t.contact_key = c.contact_key
    where t.round = getvariable('round') and t.via = 'phone'
),

with_facts as (
    select
        n.*,
        o.order_no is not null and names_order(n.contact_key) as knows_order,
        order_net(o.item_price, o.order_no, o.issued_code) as net,
        o.attempt_failed_at,
        o.returning_at,
        o.delivered_at,
        -- the risk check's word stands until the order is next touched
        o.is_hold and n.begins_at >= hours_later(o.placed_at, 0.2)
            and (known(o.label_at) is null or n.begins_at < order_touched_at(
                o.placed_at, o.cancelled_at, o.label_at, o.handover_at, o.delivered_at, o.refund_paid_at
            )) as is_held
    from current_round as n
    left join orders_sim as o on n.order_no = o.order_no
),

met as (
    select
        contact_key,
        list_filter([
            case when code in ('PAY.CHARGE.CHARGEBACK', 'PAY.FRAUD.FRAUD_OR_NOT_MY_ORDER',
                'INC.IMPACT.DATA_LEGAL_OR_SEVERE') then 'what_it_is_about' end,
            case when trigger = 'refund_out_of_policy' and code = 'REFUND_ASK' then 'what_it_is_about' end,
            case when knows_customer and match_confidence_of(contact_key) < 0.8 then 'low_confidence_match' end,
            case when knows_customer and customer_segment(customer_no) = 'vip' then 'high_value_customer' end,
            case when earlier_contacts >= 2 then 'repeated_contact' end,
            case when earlier_contacts >= 1 and code = 'CON.COMPLAINT.SERVICE_COMPLAINT' then 'angry_repeat_caller' end,
            case when knows_order and net >= 300 then 'high_value_order' end,
            case when knows_order and attempt_failed_at <= begins_at and coalesce(delivered_at > begins_at, true)
                and coalesce(hours_later(returning_at, 110) > begins_at, true) then 'failed_delivery' end,
            case when knows_order and is_held then 'high_risk_order' end
        ], rule -> rule is not null) as rules
    from with_facts
)

select
    contact_key,
    rules,
    obeys(contact_key, rules) as is_obeyed
from met
where len(rules) > 0;

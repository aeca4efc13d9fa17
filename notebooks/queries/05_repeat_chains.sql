-- Who called three times or more within two weeks?
-- Engaged contacts per customer; the order named is the one of the first contact.
select
    customer_id,
    min(started_at) as first_contact_at,
    count(*) as contacts,
    count(*) filter (where is_call) as calls,
    min_by(order_id, started_at) as order_id,
from marts.fct_contacts
where started_at >= (select as_of from ops.run_context) - interval 14 day
group by customer_id
having count(*) >= 3
order by contacts desc, customer_id;

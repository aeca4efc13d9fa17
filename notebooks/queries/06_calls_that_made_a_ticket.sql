-- Which reasons turn a call into a ticket?
-- A ticket belongs to the latest call that it can be linked to.
select
    reason_code,
    count(*) as calls,
    count(*) filter (where created_ticket) as with_ticket,
    round(avg(created_ticket::integer), 3) as ticket_rate,
from marts.fct_calls
where is_engaged
group by reason_code
having count(*) >= 10
order by ticket_rate desc, reason_code;

-- What waits for a person, and what is overdue?
-- Age against what was agreed, by cause and owner.
select
    cause,
    owner,
    count(*) as waiting,
    count(*) filter (where is_overdue) as overdue,
    round(max(age_hours), 1) as oldest_hours,
from marts.review_queue
group by cause, owner
order by overdue desc, waiting desc, cause, owner;

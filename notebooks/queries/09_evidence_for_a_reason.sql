-- What did the callers of one reason actually say?
-- Ten surest calls of the commonest stated group with the words that gave the reason; put in the group you look for.
with commonest as (
    select stated_reason_group
    from marts.fct_calls
    where is_engaged_inbound and reason_evidence is not null
    group by stated_reason_group
    order by count(*) desc, stated_reason_group
    limit 1
)

select
    call_id,
    started_at,
    stated_reason_code,
    round(reason_confidence, 2) as confidence,
    reason_evidence,
from marts.fct_calls
inner join commonest using (stated_reason_group)
where is_engaged_inbound and reason_evidence is not null
order by reason_confidence desc, call_id
limit 10;

-- How much does the voice agent contain, and how much of that is real?
-- The three rungs side by side: no human, nobody gave up, nobody came back. Young weeks lack the last one.
select
    week_start_date,
    max(value) filter (where metric_id = 'M-01a') as technical,
    max(value) filter (where metric_id = 'M-01b') as functional,
    max(value) filter (where metric_id = 'M-01c') as verified,
from marts.metric_weekly
where metric_id in ('M-01a', 'M-01b', 'M-01c') and slice_by = 'all'
group by week_start_date
order by week_start_date desc;

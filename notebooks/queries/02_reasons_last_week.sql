-- Why did customers call in the last complete week?
-- Verified reasons with their share of all engaged inbound calls; leaves and states stand together.
with last_week as (
    select max(week_start_date) as week_start_date
    from marts.dim_weeks
    where is_over
)

select
    reason_code,
    count(*) as calls,
    round(count(*) / sum(count(*)) over (), 3) as share,
from marts.fct_calls
inner join last_week using (week_start_date)
where is_engaged_inbound
group by reason_code
order by calls desc, reason_code;

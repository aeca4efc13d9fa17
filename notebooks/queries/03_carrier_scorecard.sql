-- Which carrier is late, and which of them makes customers call again?
-- On-time rate and same-issue repeats with their 95 % intervals; only cells of at least 30 units, newest final week of each.
select
    carrier,
    metric_id,
    max_by(value, week_start_date) as value,
    max_by(ci_low, week_start_date) as ci_low,
    max_by(ci_high, week_start_date) as ci_high,
    max_by(denominator, week_start_date) as units,
    max(week_start_date) as week_start_date,
from marts.metric_weekly
where
    metric_id in ('M-32', 'M-04')
    and slice_by = 'carrier'
    and maturity = 'final'
    and is_rankable
group by carrier, metric_id
order by metric_id, value;

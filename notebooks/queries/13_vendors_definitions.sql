-- What would our week look like in a vendor's report?
-- The same calls and contacts under each definition; the points say how much more a vendor's figure shows than ours.
select
    week_start_date,
    vendor,
    vendor_metric,
    round(value, 3) as value,
    round(ci_low, 3) as ci_low,
    round(ci_high, 3) as ci_high,
    denominator,
    nearest_metric_id,
    round(nearest_value, 3) as nearest_value,
    round(difference_points, 1) as difference_points,
    why_different,
from marts.definition_lab_weekly
where maturity = 'final'
order by week_start_date desc, position;

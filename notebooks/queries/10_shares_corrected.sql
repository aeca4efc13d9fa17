-- How far is the classifier's count of a reason from the audited share?
-- The audit corrects for its errors; a reason whose crude share lies outside of the interval is counted wrongly.
select
    week_start_date,
    reason_code,
    round(crude_share, 3) as crude_share,
    round(corrected_share, 3) as corrected_share,
    round(ci_low, 3) as ci_low,
    round(ci_high, 3) as ci_high,
    crude_share not between ci_low and ci_high as is_counted_wrongly,
from marts.reason_shares_weekly
where corrected_share is not null
order by week_start_date desc, corrected_share desc, reason_code;

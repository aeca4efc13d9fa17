-- Which published figures have been restated?
-- Final figures only; why says what came late.
select
    week_start_date,
    metric_id,
    slice,
    as_published,
    as_now_known,
    why,
from ops.restatements
order by week_start_date desc, metric_id, slice;

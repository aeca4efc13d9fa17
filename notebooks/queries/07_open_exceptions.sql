-- Which delivery exceptions are open, and for how long?
-- Still open at the run's own clock, by carrier and type.
select
    carrier,
    exception_type,
    count(*) as open_now,
    round(median(date_diff('hour', opened_at, (select as_of from ops.run_context))) / 24, 1) as median_days_open,
from marts.fct_shipment_exceptions
where closed_at is null
group by carrier, exception_type
order by open_now desc, carrier, exception_type;

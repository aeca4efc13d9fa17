-- Every metric by week and slice. A column that a slice does not group by is null here and becomes
-- '(all)' at the end, since no dimension value is null.
create or replace table call_cells as
select
    week_start_date,
    source, segment, owner, outcome, carrier, region, warehouse, product_category,
    delivery_stage, reason_code, phase,
    count(*) filter (is_engaged_inbound) as inbound,
    count(*) filter (is_engaged_inbound and is_contained_technical) as technical,
    count(*) filter (is_engaged_inbound and is_contained_functional) as functional,
    count(*) filter (is_engaged_inbound and is_escalated) as escalated,
    count(*) filter (is_engaged_inbound and customer_id is not null) as known_caller,
    count(*) filter (is_engaged_inbound and customer_id is not null and is_contained_verified)
        as verified,
    count(*) filter (is_engaged_inbound and customer_id is not null and not has_ticket_within_72h)
        as without_ticket,
    count(*) filter (is_engaged_inbound and stated_reason_group = 'WISMO') as wismo,
    count(*) filter (
        is_engaged_inbound and stated_reason_group = 'WISMO' and is_contained_functional
    ) as wismo_functional,
    count(*) filter (is_engaged) as engaged,
    count(*) filter (is_engaged and created_ticket) as with_ticket,
    count(*) filter (is_engaged and is_refund_or_return) as refund,
    count(*) filter (is_engaged and is_refund_or_return and is_escalated) as refund_escalated,
    sum(handle_seconds) filter (is_engaged) as handle,
    stddev_samp(handle_seconds) filter (is_engaged) as handle_sd,
    quantile_cont(handle_seconds, [0.5, 0.9]) filter (is_engaged) as handle_quantiles,
from marts.fct_calls
group by grouping sets (
    (week_start_date), (week_start_date, source), (week_start_date, segment),
    (week_start_date, owner), (week_start_date, outcome), (week_start_date, carrier),
    (week_start_date, region), (week_start_date, warehouse),
    (week_start_date, product_category), (week_start_date, delivery_stage),
    (week_start_date, reason_code), (week_start_date, phase),
    (week_start_date, carrier, region), (week_start_date, segment, carrier, region),
    (week_start_date, source, segment), (week_start_date, carrier, reason_code),
    (week_start_date, region, reason_code), (week_start_date, warehouse, reason_code)
);

create or replace table contact_cells as
select
    week_start_date,
    source, segment, owner, outcome, carrier, region, warehouse, product_category,
    delivery_stage, reason_code, phase,
    count(*) as contacts,
    count(*) filter (repeat_same_issue) as same_issue,
    count(*) filter (repeat_any) as any_reason,
from marts.fct_contacts
group by grouping sets (
    (week_start_date), (week_start_date, source), (week_start_date, segment),
    (week_start_date, owner), (week_start_date, outcome), (week_start_date, carrier),
    (week_start_date, region), (week_start_date, warehouse),
    (week_start_date, product_category), (week_start_date, delivery_stage),
    (week_start_date, reason_code), (week_start_date, phase),
    (week_start_date, carrier, region), (week_start_date, segment, carrier, region),
    (week_start_date, source, segment), (week_start_date, carrier, reason_code),
    (week_start_date, region, reason_code), (week_start_date, warehouse, reason_code)
);

create or replace table shipment_cells as
select
    promise_week_start_date as week_start_date,
    segment, carrier, region, warehouse, product_category, phase,
    count(*) as due,
    count(*) filter (is_on_time) as on_time,
from marts.fct_shipments
where is_promise_due
group by grouping sets (
    (promise_week_start_date), (promise_week_start_date, segment),
    (promise_week_start_date, carrier), (promise_week_start_date, region),
    (promise_week_start_date, warehouse), (promise_week_start_date, product_category),
    (promise_week_start_date, phase), (promise_week_start_date, carrier, region),
    (promise_week_start_date, segment, carrier, region)
);

create or replace table flight_cells as
select
    week_start_date,
    segment, carrier, region, warehouse, product_category, phase,
    sum(count_in_flight) as in_flight,
    sum(count_opened) as opened,
from flight_weeks
group by grouping sets (
    (week_start_date), (week_start_date, segment), (week_start_date, carrier),
    (week_start_date, region), (week_start_date, warehouse),
    (week_start_date, product_category), (week_start_date, phase),
    (week_start_date, carrier, region),
    (week_start_date, segment, carrier, region)
);

create or replace table order_cells as
select
    week_start_date,
    segment, carrier, region, warehouse, product_category, phase,
    sum(count_contacts_30d) as contacts,
    count(*) as orders,
    stddev_samp(count_contacts_30d) as sd,
    quantile_cont(count_contacts_30d, [0.5, 0.9]) as quantiles,
from marts.fct_orders
inner join maturity using (week_start_date)
where metric_id = 'M-13' and maturity = 'final'
group by grouping sets (
    (week_start_date), (week_start_date, segment), (week_start_date, carrier),
    (week_start_date, region), (week_start_date, warehouse),
    (week_start_date, product_category), (week_start_date, phase),
    (week_start_date, carrier, region),
    (week_start_date, segment, carrier, region)
);

-- contacts of orders that are still young: events over those still observed at that age
create or replace table young_order_cells as
with
    young as (
        select orders.*
        from marts.fct_orders as orders
        inner join maturity using (week_start_date)
        where metric_id = 'M-13' and maturity = 'provisional'
    ),
    moves as (
        select
            week_start_date, segment, carrier, region, warehouse, product_category, phase,
            contact_followup_hours as age, 1 as gone, 0 as event,
        from young
        union all
        select
            week_start_date, segment, carrier, region, warehouse, product_category, phase,
            hours_after_placing, 0, 1,
        from young
        inner join order_contacts using (order_key)
    ),
    steps as (
        select
            week_start_date, segment, carrier, region, warehouse, product_category, phase,
            hash(week_start_date, segment, carrier, region, warehouse, product_category, phase) as cell,
            age,
            sum(gone) as gone,
            sum(event) as events,
        from moves
        group by grouping sets (
            (week_start_date, age), (week_start_date, age, segment),
            (week_start_date, age, carrier), (week_start_date, age, region),
            (week_start_date, age, warehouse), (week_start_date, age, product_category),
            (week_start_date, age, phase),
            (week_start_date, age, carrier, region),
            (week_start_date, age, segment, carrier, region)
        )
    ),
    observed as (
        select
            *,
            sum(gone) over (
                partition by cell order by age desc
                rows between unbounded preceding and current row
            ) as at_risk,
        from steps
    )
select
    week_start_date, segment, carrier, region, warehouse, product_category, phase,
    sum(events) as contacts,
    sum(gone) as orders,
    sum(if(events > 0, events / at_risk::double, 0.0)) as value,
    max(age) filter (gone > 0) < 720 as is_truncated,
from observed
group by all;

-- survival curves: repeats of unfinished weeks, and the time to an update of every week
create or replace table curve_ends as
with
    units as (
        select
            'M-04' as metric_id, week_start_date,
            source, segment, owner, outcome, carrier, region, warehouse, product_category,
            delivery_stage, reason_code, phase,
            if(repeat_same_issue, repeat_same_issue_hours, followup_hours) as duration,
            repeat_same_issue as is_event,
            followup_hours >= 168 as is_whole,
        from marts.fct_contacts
        inner join maturity using (week_start_date)
        where metric_id = 'M-04' and maturity = 'provisional'
        union all
        select
            'M-04any', week_start_date,
            source, segment, owner, outcome, carrier, region, warehouse, product_category,
            delivery_stage, reason_code, phase,
            if(repeat_any, repeat_any_hours, followup_hours),
            repeat_any,
            followup_hours >= 168,
        from marts.fct_contacts
        inner join maturity using (week_start_date)
        where metric_id = 'M-04any' and maturity = 'provisional'
        union all
        select
            'M-11', week_start_date,
            source, segment, owner, outcome, carrier, region, warehouse, product_category,
            delivery_stage, reason_code, phase,
            coalesce(minutes_to_update, update_followup_minutes),
            minutes_to_update is not null,
            minutes_to_update is not null or update_followup_minutes >= 10080,
        from marts.fct_calls
        where owes_update
    ),
    steps as (
        select
            metric_id, week_start_date,
            source, segment, owner, outcome, carrier, region, warehouse, product_category,
            delivery_stage, reason_code, phase,
            hash(
                metric_id, week_start_date, source, segment, owner, outcome, carrier, region,
                warehouse, product_category, delivery_stage, reason_code, phase
            ) as cell,
            duration,
            count(*) as units,
            count(*) filter (is_event) as events,
            bool_or(is_whole) as is_whole,
        from units
        group by grouping sets (
            (metric_id, week_start_date, duration),
            (metric_id, week_start_date, duration, source),
            (metric_id, week_start_date, duration, segment),
            (metric_id, week_start_date, duration, owner),
            (metric_id, week_start_date, duration, outcome),
            (metric_id, week_start_date, duration, carrier),
            (metric_id, week_start_date, duration, region),
            (metric_id, week_start_date, duration, warehouse),
            (metric_id, week_start_date, duration, product_category),
            (metric_id, week_start_date, duration, delivery_stage),
            (metric_id, week_start_date, duration, reason_code),
            (metric_id, week_start_date, duration, phase),
            (metric_id, week_start_date, duration, carrier, region),
            (metric_id, week_start_date, duration, segment, carrier, region),
            (metric_id, week_start_date, duration, source, segment),
            (metric_id, week_start_date, duration, carrier, reason_code),
            (metric_id, week_start_date, duration, region, reason_code),
            (metric_id, week_start_date, duration, warehouse, reason_code)
        )
    ),
    at_risk as (
        select
            *,
            sum(units) over (
                partition by cell order by duration desc
                rows between unbounded preceding and current row
            )::bigint as at_risk,
        from steps
    ),
    curves as (
        select
            *,
            if(
                bool_or(events = at_risk) over so_far,
                0.0,
                round(
                    exp(
                        sum(
                            if(
                                events = 0 or events = at_risk,
                                0.0,
                                ln(1 - events / at_risk::double)
                            )
                        ) over so_far
                    ),
                    12
                )
            ) as survival,
            sum(
                if(events = at_risk, 0.0, events / (at_risk::double * (at_risk - events)))
            ) over so_far as variance_sum,
        from at_risk
        window so_far as (
            partition by cell order by duration rows between unbounded preceding and current row
        )
    )
select
    metric_id, week_start_date,
    source, segment, owner, outcome, carrier, region, warehouse, product_category,
    delivery_stage, reason_code, phase,
    sum(events)::double as numerator,
    sum(units)::bigint as denominator,
    min(survival) as survival,
    max(variance_sum) as variance_sum,
    min(duration) filter (survival <= 0.5) as median,
    min(duration) filter (survival <= 0.1) as p90,
    min(duration) filter (coalesce(greenwood(survival, variance_sum, 1), survival) <= 0.5)
        as median_low,
    min(duration) filter (coalesce(greenwood(survival, variance_sum, -1), survival) <= 0.5)
        as median_high,
    not bool_or(is_whole) as is_truncated,
from curves
group by all;

create or replace table marts.metric_weekly as
with
    counted as (
        select
            week_start_date,
            source, segment, owner, outcome, carrier, region, warehouse, product_category,
            delivery_stage, reason_code, phase,
            unnest(['M-01a', 'M-01b', 'M-01c', 'M-02', 'M-06', 'M-07a', 'M-08', 'M-12'])
                as metric_id,
            unnest([
                technical, functional, verified, wismo_functional, with_ticket, without_ticket,
                escalated, refund_escalated
            ])::double as numerator,
            unnest([
                inbound, inbound, known_caller, wismo, engaged, known_caller, inbound, refund
            ]) as denominator,
        from call_cells
        union all
        select
            week_start_date,
            source, segment, owner, outcome, carrier, region, warehouse, product_category,
            delivery_stage, reason_code, phase,
            unnest(['M-04', 'M-04any']),
            unnest([same_issue, any_reason]),
            contacts,
        from contact_cells
        -- an unfinished week is estimated below
        where week_start_date in (
            select week_start_date from maturity
            where metric_id = 'M-04' and maturity = 'final'
        )
        union all by name
        select
            * exclude (due, on_time),
            'M-32' as metric_id,
            on_time as numerator,
            due as denominator,
        from shipment_cells
        union all by name
        select
            * exclude (in_flight, opened),
            'M-30' as metric_id,
            opened as numerator,
            in_flight::bigint as denominator,
        from flight_cells
    ),
    cells as (
        select
            *,
            if(metric_id = 'M-12', numerator, numerator / nullif(denominator, 0)) as value,
            case
                when metric_id = 'M-12' then poisson_low(numerator)
                when metric_id = 'M-30' then poisson_low(numerator) / nullif(denominator, 0)
                when numerator = 0 then 0.0
                else wilson(numerator, denominator, -1)
            end as ci_low,
            case
                when metric_id = 'M-12' then poisson_high(numerator)
                when metric_id = 'M-30' then poisson_high(numerator) / nullif(denominator, 0)
                when numerator = denominator then 1.0
                else wilson(numerator, denominator, 1)
            end as ci_high,
            false as is_truncated,
        from counted
        where denominator > 0 or (metric_id = 'M-30' and numerator > 0)
        union all by name
        select
            week_start_date,
            source, segment, owner, outcome, carrier, region, warehouse, product_category,
            delivery_stage, reason_code, phase,
            'M-10' as metric_id,
            handle::double as numerator,
            engaged as denominator,
            handle / engaged as value,
            handle / engaged - z() * handle_sd / sqrt(engaged) as ci_low,
            handle / engaged + z() * handle_sd / sqrt(engaged) as ci_high,
            handle_quantiles[1] as median,
            handle_quantiles[2] as p90,
            handle_sd as sd,
            false as is_truncated,
        from call_cells
        where engaged > 0
        union all by name
        select
            * exclude (contacts, orders, quantiles),
            'M-13' as metric_id,
            contacts::double as numerator,
            orders as denominator,
            contacts / orders as value,
            contacts / orders - z() * sd / sqrt(orders) as ci_low,
            contacts / orders + z() * sd / sqrt(orders) as ci_high,
            quantiles[1] as median,
            quantiles[2] as p90,
            false as is_truncated,
        from order_cells
        union all by name
        select
            * exclude (contacts, orders),
            'M-13' as metric_id,
            contacts::double as numerator,
            orders::bigint as denominator,
        from young_order_cells
        union all by name
        select
            * exclude (survival, variance_sum, median, p90, median_low, median_high),
            1 - survival as value,
            1 - greenwood(survival, variance_sum, -1) as ci_low,
            1 - greenwood(survival, variance_sum, 1) as ci_high,
        from curve_ends
        where metric_id <> 'M-11'
        union all by name
        select
            * exclude (survival, variance_sum, median_low, median_high),
            median as value,
            median_low as ci_low,
            median_high as ci_high,
        from curve_ends
        where metric_id = 'M-11'
    ),
    with_empty_weeks as (
        from cells
        union all by name
        select
            metric_id, week_start_date, 0.0 as numerator, 0 as denominator, false as is_truncated,
        from maturity
        anti join cells using (metric_id, week_start_date)
    )
select
    metric_id,
    1 as metric_version,
    week_start_date,
    coalesce(nullif(concat_ws(
        '+',
        if(source is null, null, 'source'), if(segment is null, null, 'segment'),
        if(owner is null, null, 'owner'), if(outcome is null, null, 'outcome'),
        if(carrier is null, null, 'carrier'), if(region is null, null, 'region'),
        if(warehouse is null, null, 'warehouse'),
        if(product_category is null, null, 'product_category'),
        if(delivery_stage is null, null, 'delivery_stage'),
        if(reason_code is null, null, 'reason_code'), if(phase is null, null, 'phase')
    ), ''), 'all') as slice_by,
    coalesce(source, '(all)') as source,
    coalesce(segment, '(all)') as segment,
    coalesce(owner, '(all)') as owner,
    coalesce(outcome, '(all)') as outcome,
    coalesce(carrier, '(all)') as carrier,
    coalesce(region, '(all)') as region,
    coalesce(warehouse, '(all)') as warehouse,
    coalesce(product_category, '(all)') as product_category,
    coalesce(delivery_stage, '(all)') as delivery_stage,
    coalesce(reason_code, '(all)') as reason_code,
    coalesce(phase, '(all)') as phase,
    numerator::double as numerator,
    denominator::bigint as denominator,
    value,
    ci_low,
    ci_high,
    maturity,
    denominator >= 30 as is_rankable,
    getvariable('snapshot_id') as snapshot_id,
    median,
    p90,
    sd,
    is_truncated,
from with_empty_weeks
inner join maturity using (metric_id, week_start_date)
where maturity = 'final' or shows_provisional;

-- Shipments in flight by week, and whether a week of a metric is final.
create or replace table flight_weeks as
with
    changes as (
        select
            week, segment, carrier, region, warehouse, product_category, phase,
            sum(entered) as entered,
            sum(gone) as gone,
            sum(opened) as opened,
            max(opened_at) as last_opened_at,
        from (
            select
                week_of(in_flight_from) as week,
                segment, carrier, region, warehouse, product_category, phase,
                1 as entered, 0 as gone, 0 as opened, null::timestamptz as opened_at,
            from marts.fct_shipments
            where in_flight_from is not null
            union all
            select
                week_of(in_flight_until) + 7,
                segment, carrier, region, warehouse, product_category, phase,
                0, 1, 0, null,
            from marts.fct_shipments
            where in_flight_from is not null and in_flight_until is not null
            union all
            select
                opened_week_start_date,
                segment, carrier, region, warehouse, product_category, phase,
                0, 0, 1, opened_at,
            from marts.fct_shipment_exceptions
            where shipment_id is not null
        )
        group by all
    ),
    spine as (
        select
            segment, carrier, region, warehouse, product_category, phase,
            unnest(generate_series(
                min(week), max(week_of(getvariable('as_of')::timestamptz)), interval 7 day
            ))::date as week,
        from changes
        group by segment, carrier, region, warehouse, product_category, phase
    )
select
    week as week_start_date,
    segment, carrier, region, warehouse, product_category, phase,
    coalesce(opened, 0)::bigint as count_opened,
    sum(coalesce(entered, 0) - coalesce(gone, 0)) over (
        partition by segment, carrier, region, warehouse, product_category, phase
        order by week
        rows between unbounded preceding and current row
    )::bigint as count_in_flight,
    last_opened_at,
from spine
left join changes using (week, segment, carrier, region, warehouse, product_category, phase)
qualify count_in_flight > 0 or count_opened > 0;

create or replace table maturity as
with
    metrics(metric_id, window_hours, shows_provisional) as (
        values
            ('M-01a', 0, true), ('M-01b', 0, true), ('M-01c', 168, false), ('M-02', 0, true),
            ('M-04', 168, true), ('M-04any', 168, true), ('M-06', 0, true), ('M-07a', 72, false),
            ('M-08', 0, true), ('M-10', 0, true), ('M-11', 168, true), ('M-12', 0, true),
            ('M-13', 720, true), ('M-30', 0, true), ('M-32', 0, true)
    ),
    call_weeks as (
        select
            week_start_date,
            max(started_at) filter (is_engaged) as engaged,
            max(started_at) filter (is_engaged_inbound) as inbound,
            max(started_at) filter (is_engaged_inbound and customer_id is not null) as known_caller,
            max(started_at) filter (is_engaged_inbound and stated_reason_group = 'WISMO') as wismo,
            max(started_at) filter (owes_update) as owing,
            max(started_at) filter (is_engaged and is_refund_or_return) as refund,
        from marts.fct_calls
        group by week_start_date
    ),
    contact_weeks as (
        select week_start_date, max(started_at) as last_at,
        from marts.fct_contacts
        group by week_start_date
    ),
    observed as (
        select
            unnest([
                'M-01a', 'M-01b', 'M-08', 'M-01c', 'M-07a', 'M-02', 'M-06', 'M-10', 'M-11', 'M-12'
            ]) as metric_id,
            week_start_date,
            unnest([
                inbound, inbound, inbound, known_caller, known_caller, wismo, engaged, engaged,
                owing, refund
            ]) as last_at,
        from call_weeks
        union all
        select unnest(['M-04', 'M-04any']), week_start_date, last_at,
        from contact_weeks
        union all
        select 'M-13', week_start_date, max(placed_at),
        from marts.fct_orders
        group by week_start_date
        union all
        select 'M-32', promise_week_start_date, max(promise_original_at) filter (is_promise_due),
        from marts.fct_shipments
        where promise_week_start_date is not null
        group by promise_week_start_date
        union all
        select 'M-30', week_start_date, max(last_opened_at),
        from flight_weeks
        group by week_start_date
    ),
    spine as (
        select
            metric_id,
            unnest(generate_series(
                min(week_start_date), week_of(getvariable('as_of')::timestamptz), interval 7 day
            ))::date as week_start_date,
        from observed
        where last_at is not null
        group by metric_id
    )
select
    metric_id,
    week_start_date,
    shows_provisional,
    if(
        plus_hours(coalesce(last_at, week_end(week_start_date)), window_hours)
        <= getvariable('as_of')
        and coalesce(if(window_hours >= 168, last_at, null), week_end(week_start_date))
        <= getvariable('as_of'),
        'final',
        'provisional'
    ) as maturity,
from spine
inner join metrics using (metric_id)
left join observed using (metric_id, week_start_date);

with

incidents as (

    select
        incident_id,
        week_start_date,
        source,
        started_at,
        observed_hours,
        {{ epoch_micros('started_at') }} as started_us,
    from {{ ref('int_incidents') }}

),

-- a customer whose first order is not known was there all the time; one who left before it never was
customers as (

    select
        customer_key,
        coalesce(segment, 'unknown') as segment,
        coalesce(region, 'unknown') as region,
        {{ epoch_micros('first_order_at') }} as joined_us,
        {{ epoch_micros('churned_at') }} as churned_us,
    from {{ ref('stg_customers') }}

),

roster as (

    select
        roster.incident_id,
        customers.segment,
        customers.region,
        incidents.started_us,
        customers.churned_us,
        roster.customer_key,
    from {{ ref('int_incident_roster') }} as roster
    inner join incidents
        on roster.incident_id = incidents.incident_id
    inner join customers
        on roster.customer_key = customers.customer_key
    where
        (customers.joined_us is null or customers.joined_us <= incidents.started_us)
        and (customers.churned_us is null or customers.churned_us > incidents.started_us)

),

affected as (

    select
        incident_id,
        segment,
        region,
        count(*) as count_accounts,
        count(case when churned_us - started_us <= 30 * 86400000000 then 1 end) as count_churned_30,
        count(case when churned_us - started_us <= 60 * 86400000000 then 1 end) as count_churned_60,
        count(case when churned_us - started_us <= 90 * 86400000000 then 1 end) as count_churned_90,
    from roster
    group by
        incident_id,
        segment,
        region

),

-- how many customers of the stratum were there when an incident began: arrivals less departures until then
timeline as (

    select
        segment,
        region,
        coalesce(joined_us, -9223372036854775807) as at_us,
        1 as change,
        null as incident_id,
    from customers
    where
        churned_us is null
        or joined_us is null
        or churned_us > joined_us

    union all

    select
        segment,
        region,
        churned_us as at_us,
        -1 as change,
        null as incident_id,
    from customers
    where
        churned_us is not null
        and (joined_us is null or churned_us > joined_us)

    union all

    select
        affected.segment,
        affected.region,
        incidents.started_us as at_us,
        0 as change,
        affected.incident_id,
    from affected
    inner join incidents
        on affected.incident_id = incidents.incident_id

),

stock as (

    select
        segment,
        region,
        incident_id,
        sum(change) over (
            partition by segment, region
            order by at_us
            range between unbounded preceding and current row
        ) as count_customers,
    from timeline

),

-- customers who left meet only the incidents of the thirteen weeks before: joined by week, so that years cost no more
incident_weeks as (

    select
        incidents.incident_id,
        incidents.started_us,
        incidents.started_us // 604800000000 + weeks.replicate as week_no,
    from incidents
    cross join {{ integer_spine(0, 13) }} as weeks

),

leavers as (

    select
        incident_weeks.incident_id,
        customers.segment,
        customers.region,
        count(case when customers.churned_us - incident_weeks.started_us <= 30 * 86400000000 then 1 end)
            as count_churned_30,
        count(case when customers.churned_us - incident_weeks.started_us <= 60 * 86400000000 then 1 end)
            as count_churned_60,
        count(case when customers.churned_us - incident_weeks.started_us <= 90 * 86400000000 then 1 end)
            as count_churned_90,
    from customers
    inner join incident_weeks
        on customers.churned_us // 604800000000 = incident_weeks.week_no
    where
        customers.churned_us > incident_weeks.started_us
        and (customers.joined_us is null or customers.joined_us <= incident_weeks.started_us)
    group by
        incident_weeks.incident_id,
        customers.segment,
        customers.region

),

unaffected as (

    select
        affected.incident_id,
        affected.segment,
        affected.region,
        affected.count_accounts as count_affected,
        stock.count_customers - affected.count_accounts as count_accounts,
        coalesce(leavers.count_churned_30, 0) - affected.count_churned_30 as count_churned_30,
        coalesce(leavers.count_churned_60, 0) - affected.count_churned_60 as count_churned_60,
        coalesce(leavers.count_churned_90, 0) - affected.count_churned_90 as count_churned_90,
    from affected
    inner join stock
        on
            affected.incident_id = stock.incident_id
            and affected.segment = stock.segment
            and affected.region = stock.region
    left join leavers
        on
            affected.incident_id = leavers.incident_id
            and affected.segment = leavers.segment
            and affected.region = leavers.region
    where stock.count_customers > affected.count_accounts

),

-- an unaffected customer weighs as many affected ones as there are to each of its stratum
arms as (

    select
        affected.incident_id,
        affected.segment,
        affected.region,
        true as is_affected,
        affected.count_accounts,
        affected.count_churned_30,
        affected.count_churned_60,
        affected.count_churned_90,
        1.0 as weight,
    from affected
    inner join unaffected
        on
            affected.incident_id = unaffected.incident_id
            and affected.segment = unaffected.segment
            and affected.region = unaffected.region

    union all

    select
        incident_id,
        segment,
        region,
        false as is_affected,
        count_accounts,
        count_churned_30,
        count_churned_60,
        count_churned_90,
        cast(count_affected as double) / count_accounts as weight,
    from unaffected

),

final as (

    select
        arms.incident_id,
        incidents.week_start_date,
        incidents.started_at,
        incidents.source,
        arms.segment,
        arms.region,
        {{ launch_phase_at('incidents.started_at') | indent(8) }} as phase,
        arms.is_affected,
        cast(arms.count_accounts as bigint) as count_accounts,
        cast(arms.count_churned_30 as bigint) as count_churned_30,
        cast(arms.count_churned_60 as bigint) as count_churned_60,
        cast(arms.count_churned_90 as bigint) as count_churned_90,
        arms.weight,
        incidents.observed_hours,
    from arms
    inner join incidents
        on arms.incident_id = incidents.incident_id
    {{ launch_scope_joins("'incident'", 'incidents.source', 'arms.segment') | indent(4) }}

)

select * from final

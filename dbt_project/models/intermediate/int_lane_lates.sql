with

shipments as (

    select * from {{ ref('fct_shipments') }}
    where is_promise_due

),

-- every subject is compared with what the whole shop did in the same lane, service and week
lanes as (

    select
        promise_week_start_date as week_start_date,
        zone,
        service,
        carrier,
        warehouse,
        count(*) as units,
        sum(case when is_on_time then 0 else 1 end) as lates,
        sum(case when late_attributed_to = 'carrier' then 1 else 0 end) as lates_of_carrier,
        sum(case when late_attributed_to = 'warehouse' then 1 else 0 end) as lates_of_warehouse,
    from shipments
    group by
        promise_week_start_date,
        zone,
        service,
        carrier,
        warehouse

),

pools as (

    select
        week_start_date,
        zone,
        service,
        sum(lates) / sum(units) as late_share,
    from lanes
    group by
        week_start_date,
        zone,
        service

),

subjects as (

    select
        'carrier' as scope,
        carrier as subject,
        week_start_date,
        zone,
        service,
        units,
        lates,
        lates_of_carrier as own_lates,
    from lanes

    union all

    select
        'warehouse' as scope,
        warehouse as subject,
        week_start_date,
        zone,
        service,
        units,
        lates,
        lates_of_warehouse as own_lates,
    from lanes

),

final as (

    select
        subjects.scope,
        subjects.subject,
        subjects.week_start_date,
        sum(subjects.units) as units,
        sum(subjects.lates) as lates,
        sum(subjects.own_lates) as own_lates,
        {{ settled('sum(subjects.units * pools.late_share)') }} as expected,
        {{ settled('sum(subjects.units * pools.late_share * (1 - pools.late_share))') }} as variance,
    from subjects
    inner join pools
        on
            subjects.week_start_date = pools.week_start_date
            and subjects.zone = pools.zone
            and subjects.service = pools.service
    group by
        subjects.scope,
        subjects.subject,
        subjects.week_start_date

)

select * from final

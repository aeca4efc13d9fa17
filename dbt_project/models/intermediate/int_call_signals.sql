with

calls as (

    select * from {{ ref('int_calls') }}

),

primary_tags as (

    select * from {{ ref('int_call_tags') }}
    where
        tag_rank = 1
        and status = 'accepted'

),

customers as (

    select * from {{ ref('stg_customers') }}

),

incidents as (

    select * from {{ ref('stg_incidents') }}

),

site_calls as (

    select
        calls.call_key,
        calls.started_at,
        calls.incident_id,
        lower(customers.region) as region_key,
        -- an unknown caller counts as a customer of its own
        coalesce(calls.customer_key, calls.call_key) as reporter_key,
        {{ epoch_micros('calls.started_at') }} as started_us,
    from calls
    inner join primary_tags
        on calls.call_key = primary_tags.call_key
    left join customers
        on calls.customer_key = customers.customer_key
    where
        calls.is_person
        and primary_tags.code in ('SITE_TROUBLE', 'INC.STATUS.INCIDENT_UPDATE_REQUEST')

),

incident_spans as (

    select
        lower(region) as region_key,
        {{ epoch_micros('coalesce(first_impact_at, detected_at, opened_at)') }} as at_us,
        coalesce({{ epoch_micros(add_hours('resolved_at', 48)) }}, 9000000000000000000) as until_us,
    from incidents

),

-- an incident of one region explains no trouble elsewhere; one without a region, or an unknown caller, may be anywhere.
-- Each call stands among the incidents that began before it: if the one that ends last is not over, one is open. Sorting
-- does that once, where a join by time would meet every incident with every call.
moments as (

    select
        coalesce(region_key, '(all)') as place,
        at_us,
        until_us,
        null as call_key,
        0 as is_call,
    from incident_spans

    union all

    select
        '(any)' as place,
        at_us,
        until_us,
        null as call_key,
        0 as is_call,
    from incident_spans

    union all

    select
        '(all)' as place,
        started_us as at_us,
        null as until_us,
        call_key,
        1 as is_call,
    from site_calls

    union all

    select
        coalesce(region_key, '(any)') as place,
        started_us as at_us,
        null as until_us,
        call_key,
        1 as is_call,
    from site_calls

),

with_latest_end as (

    select
        call_key,
        at_us,
        is_call,
        max(until_us) over (
            partition by place
            order by at_us, is_call
            rows between unbounded preceding and current row
        ) as latest_end_us,
    from moments

),

with_open_incident as (

    select distinct with_latest_end.call_key
    from with_latest_end
    where
        with_latest_end.is_call = 1
        and with_latest_end.latest_end_us >= with_latest_end.at_us

),

-- The same complaint by different customers within an hour is a signature, whoever opened an incident. It is one of time
-- alone: a site is one place, and which part of it fails nobody knows before an incident names it.
final as (

    select
        site_calls.call_key,
        site_calls.incident_id is not null
        or with_open_incident.call_key is not null as has_open_incident,
        count(distinct site_calls.reporter_key) over (
            order by site_calls.started_us
            range between 3600000000 preceding and current row
        ) as count_reporters_60_minutes,
    from site_calls
    left join with_open_incident
        on site_calls.call_key = with_open_incident.call_key

)

select * from final

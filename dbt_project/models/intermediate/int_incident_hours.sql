with

incident_contacts as (

    select * from {{ ref('int_incident_contacts') }}

),

signature_codes as (

    select distinct code from {{ ref('incident_signatures') }}

),

rules as (

    select * from {{ ref('int_incident_rules') }}

),

contacts as (

    select
        contacts.contact_key,
        contacts.stated_reason_code,
        {{ epoch_micros('contacts.started_at') }} // 3600000000 as hour_no,
    from {{ ref('int_contacts') }} as contacts
    where contacts.is_contact

),

first_hour as (

    select min(hour_no) as hour_no
    from contacts

),

-- contacts that speak of a failure, or that are linked to an incident
hours as (

    select
        contacts.hour_no,
        count(*) as count_contacts,
        count(incident_contacts.contact_key) as count_incident_contacts,
    from contacts
    left join incident_contacts
        on contacts.contact_key = incident_contacts.contact_key
    left join signature_codes
        on contacts.stated_reason_code = signature_codes.code
    where
        incident_contacts.contact_key is not null
        or signature_codes.code is not null
    group by contacts.hour_no

),

-- the same hour of the weeks before
baseline as (

    select
        hours.hour_no,
        hours.hour_no - 168 * weeks.replicate as baseline_hour_no,
    from hours
    cross join rules
    cross join {{ integer_spine(1, 52) }} as weeks
    cross join first_hour
    where
        hours.count_incident_contacts > 0
        and weeks.replicate <= rules.baseline_weeks
        and hours.hour_no - 168 * weeks.replicate >= first_hour.hour_no

),

timeline as (

    select
        {{ epoch_micros('started_at') }} // 3600000000 as hour_no,
        coalesce({{ epoch_micros('window_end_at') }}, 9223372036854775807) as until_us,
    from {{ ref('int_incidents') }}

    union all

    select distinct
        baseline_hour_no as hour_no,
        null::bigint as until_us,
    from baseline

),

-- an hour in which an incident was running is no hour like any other
with_incident as (

    select
        hour_no,
        max(until_us) over (
            order by hour_no
            range between unbounded preceding and current row
        ) > hour_no * 3600000000 as is_in_incident,
        until_us,
    from timeline

),

quiet_hours as (

    select hour_no
    from with_incident
    where
        until_us is null
        and not coalesce(is_in_incident, false)

),

expected as (

    select
        baseline.hour_no,
        count(*) as count_baseline_hours,
        sum(coalesce(hours.count_contacts, 0)) / count(*) as expected_contacts,
    from baseline
    inner join quiet_hours
        on baseline.baseline_hour_no = quiet_hours.hour_no
    left join hours
        on baseline.baseline_hour_no = hours.hour_no
    group by baseline.hour_no

),

final as (

    select
        hours.hour_no,
        hours.count_contacts,
        hours.count_incident_contacts,
        expected.count_baseline_hours,
        expected.expected_contacts,
        case
            when expected.expected_contacts is not null
                then greatest(1 - expected.expected_contacts / hours.count_contacts, 0.0)
        end as excess_share,
    from hours
    left join expected
        on hours.hour_no = expected.hour_no
    where hours.count_incident_contacts > 0

)

select * from final

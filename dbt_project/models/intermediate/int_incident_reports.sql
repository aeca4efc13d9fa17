with

rules as (

    select * from {{ ref('int_incident_rules') }}

),

-- a code may stand with several service words; a call that states it is one report
signature_codes as (

    select
        code,
        max(case when is_report then 1 else 0 end) = 1 as is_report,
    from {{ ref('incident_signatures') }}
    group by code

),

named_values as (

    select * from {{ ref('incident_values') }}

),

incidents as (

    select * from {{ ref('int_incidents') }}

),

-- an account is of high value by its tier, or since a roster says so
high_value_since as (

    select
        roster.customer_key,
        min(roster.added_at) as known_at,
    from {{ ref('stg_incident_accounts') }} as roster
    where roster.high_value
    group by roster.customer_key

),

reports as (

    select
        contacts.contact_key,
        contacts.stated_reason_code as code,
        contacts.customer_key,
        {{ epoch_micros('contacts.started_at') }} as at_us,
        signature_codes.is_report,
        signature_codes.is_report
        and calls.urgency in (select value from named_values where role = 'blocked_urgency')
        and (
            coalesce(customers.tier in (select value from named_values where role = 'high_value_tier'), false)
            or coalesce(high_value_since.known_at <= contacts.started_at, false)
        ) as is_blocked_high_value,
    from {{ ref('int_contacts') }} as contacts
    inner join signature_codes
        on contacts.stated_reason_code = signature_codes.code
    inner join {{ ref('stg_calls') }} as calls
        on contacts.call_key = calls.call_key
    left join {{ ref('stg_customers') }} as customers
        on contacts.customer_key = customers.customer_key
    left join high_value_since
        on contacts.customer_key = high_value_since.customer_key
    where contacts.is_contact

),

-- errors that machines saw, as spans on the timeline of each code that could mean them
known_errors as (

    select
        codes.code,
        {{ epoch_micros('incidents.detected_at') }} as at_us,
        coalesce({{ epoch_micros('incidents.resolved_at') }}, 9223372036854775807) as until_us,
    from incidents
    inner join {{ ref('int_incident_codes') }} as codes
        on incidents.incident_id = codes.incident_id
    where
        incidents.detected_at is not null
        and incidents.detected_by in (select value from named_values where role = 'known_error')

),

timeline as (

    select
        code,
        at_us,
        contact_key,
        customer_key,
        is_report,
        is_blocked_high_value,
        null::bigint as until_us,
    from reports

    union all

    select
        code,
        at_us,
        null::bigint as contact_key,
        null::bigint as customer_key,
        false as is_report,
        false as is_blocked_high_value,
        until_us,
    from known_errors

),

-- the frame is elapsed time and the same for every code: rules come as one row and are a constant of the window
counted as (

    select
        timeline.*,
        rules.signal_customers,
        rules.signal_quiet_minutes * 60000000 as quiet_us,
        count(distinct timeline.customer_key) over within_window as count_customers,
        min(case when timeline.contact_key is not null then timeline.at_us end) over within_window as first_report_us,
        max(timeline.until_us) over (
            partition by timeline.code
            order by timeline.at_us
            range between unbounded preceding and current row
        ) >= timeline.at_us as is_known_error,
    from timeline
    cross join rules
    window within_window as (
        partition by timeline.code
        order by timeline.at_us
        range between rules.signal_window_minutes * 60000000 preceding and current row
    )

),

fired as (

    select
        *,
        is_report and (
            count_customers >= signal_customers
            or coalesce(is_blocked_high_value, false)
            or coalesce(is_known_error, false)
        ) as is_firing,
    from counted
    where contact_key is not null

),

-- reports that fire without an hour of quiet between them are one signal
with_gap as (

    select
        *,
        is_firing and coalesce(
            at_us - max(case when is_firing then at_us end) over (
                partition by code
                order by at_us, contact_key
                rows between unbounded preceding and 1 preceding
            ) > quiet_us,
            true
        ) as is_signal_start,
    from fired

),

final as (

    select
        contact_key,
        code,
        customer_key,
        at_us,
        is_report,
        count_customers,
        first_report_us,
        is_report and count_customers >= signal_customers as is_fired_by_customers,
        is_report and coalesce(is_blocked_high_value, false) as is_fired_by_high_value,
        is_report and coalesce(is_known_error, false) as is_fired_by_known_error,
        is_firing,
        case
            when is_firing then sum(case when is_signal_start then 1 else 0 end) over (
                partition by code
                order by at_us, contact_key
                rows between unbounded preceding and current row
            )
        end as signal_no,
    from with_gap

)

select * from final

with

reports as (

    select * from {{ ref('int_incident_reports') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- the incidents that each code can mean; the one whose resolution is last has the highest number
incident_spans as (

    select
        codes.code,
        incidents.incident_id,
        {{ epoch_micros('incidents.signal_from_at') }} as from_us,
        coalesce({{ epoch_micros('incidents.resolved_at') }}, 9223372036854775807) as until_us,
        row_number() over (
            order by coalesce({{ epoch_micros('incidents.resolved_at') }}, 9223372036854775807), incidents.incident_id,
                codes.code
        ) as span_no,
    from {{ ref('int_incidents') }} as incidents
    inner join {{ ref('int_incident_codes') }} as codes
        on incidents.incident_id = codes.incident_id
    where codes.is_report

),

firing as (

    select
        *,
        row_number() over (
            partition by code, signal_no
            order by at_us, contact_key
        ) as firing_no,
    from reports
    where is_firing

),

signals as (

    select
        code,
        signal_no,
        min(at_us) as signal_us,
        max(at_us) as last_us,
        min(case when firing_no = 1 then first_report_us end) as first_report_us,
        max(case when firing_no = 1 then contact_key end) as contact_key,
        max(case when firing_no = 1 and is_fired_by_customers then 1 else 0 end) = 1 as is_first_by_customers,
        max(case when firing_no = 1 and is_fired_by_high_value then 1 else 0 end) = 1 as is_first_by_high_value,
        max(case when is_fired_by_customers then 1 else 0 end) = 1 as is_fired_by_customers,
        max(case when is_fired_by_high_value then 1 else 0 end) = 1 as is_fired_by_high_value,
        max(case when is_fired_by_known_error then 1 else 0 end) = 1 as is_fired_by_known_error,
        max(count_customers) as max_customers_60_minutes,
        count(*) as count_firing_reports,
        count(distinct customer_key) as count_customers,
    from firing
    group by
        code,
        signal_no

),

-- a signal meets an incident that began before the signal ended and ended after the signal began
timeline as (

    select
        code,
        last_us as at_us,
        signal_no,
        null::bigint as span_no,
    from signals

    union all

    select
        code,
        from_us as at_us,
        null::bigint as signal_no,
        span_no,
    from incident_spans

),

latest_spans as (

    select
        code,
        signal_no,
        max(span_no) over (
            partition by code
            order by at_us
            range between unbounded preceding and current row
        ) as span_no,
    from timeline

),

matched as (

    select
        signals.*,
        incident_spans.incident_id,
    from signals
    inner join latest_spans
        on
            signals.code = latest_spans.code
            and signals.signal_no = latest_spans.signal_no
    left join incident_spans
        on
            latest_spans.span_no = incident_spans.span_no
            and signals.signal_us <= incident_spans.until_us

)

select
    matched.code || ':' || matched.signal_us as signal_id,
    matched.code as signature,
    contacts.started_at as signal_at,
    {{ week_start('contacts.started_at') }} as week_start_date,
    contacts.source,
    contacts.segment,
    contacts.region,
    contacts.reason_code,
    {{ launch_phase_at('contacts.started_at') | indent(4) }} as phase,
    case
        when matched.is_first_by_customers then 'several_customers'
        when matched.is_first_by_high_value then 'high_value_blocked'
        else 'known_error'
    end as first_arm,
    matched.is_fired_by_customers,
    matched.is_fired_by_high_value,
    matched.is_fired_by_known_error,
    cast(matched.max_customers_60_minutes as bigint) as max_customers_60_minutes,
    matched.count_firing_reports,
    matched.count_customers,
    (matched.signal_us - matched.first_report_us) / 60000000.0 as minutes_to_signal,
    (matched.last_us - matched.signal_us) / 60000000.0 as minutes_lasted,
    matched.incident_id,
    matched.incident_id is not null as is_incident,
from matched
inner join contacts
    on matched.contact_key = contacts.contact_key
cross join run_context
{{ launch_scope_joins("'incident'", 'contacts.source', 'contacts.segment') }}

{# The definitions in words stand in the seed vendor_definitions; here, and nowhere else, is what they mean on our tables. #}
with

calls as (

    select * from {{ ref('fct_calls') }}
    where is_engaged_inbound

),

contacts as (

    select * from {{ ref('fct_contacts') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

definitions as (

    select * from {{ ref('vendor_definitions') }}

),

first_calls as (

    select * from {{ ref('int_first_calls') }}

),

contacts_of_calls as (

    select
        contacts.week_start_date,
        contacts.started_at,
        calls.call_outcome,
        coalesce(calls.is_agent_answered, false) as is_agent_answered,
    from contacts
    left join calls
        on contacts.call_id = calls.call_id

),

units as (

    select
        'intercom_fin' as definition_id,
        week_start_date,
        started_at,
        call_outcome in ('resolved_confirmed', 'resolved_assumed', 'contained_unresolved') as is_counted,
    from calls
    where is_agent_answered

    union all

    select
        'zendesk' as definition_id,
        week_start_date,
        started_at,
        call_outcome in ('resolved_confirmed', 'resolved_assumed') as is_counted,
    from calls
    where is_agent_answered

    union all

    select
        'gorgias' as definition_id,
        week_start_date,
        started_at,
        is_agent_answered
        and call_outcome in ('resolved_confirmed', 'resolved_assumed', 'contained_unresolved') as is_counted,
    from contacts_of_calls

    union all

    -- calls that the agent or its system had, whoever the customer was; people's calls have no agent to escalate
    select
        'amazon_connect' as definition_id,
        week_start_date,
        started_at,
        call_outcome <> 'transferred_human' as is_counted,
    from calls
    where is_agent_call

    union all

    select
        'sqm_fcr' as definition_id,
        week_start_date,
        started_at,
        not is_followed_by_call as is_counted,
    from first_calls

    union all

    select
        'sqm_ocr' as definition_id,
        week_start_date,
        started_at,
        not is_followed_by_contact as is_counted,
    from first_calls

),

counted as (

    select
        definition_id,
        week_start_date,
        cast(sum(case when is_counted then 1 else 0 end) as bigint) as numerator,
        count(*) as denominator,
        max(started_at) as last_unit_at,
    from units
    group by
        definition_id,
        week_start_date

),

-- what can still change is not told: a row is there when the week is over and its last unit could be judged
judged as (

    select
        counted.*,
        definitions.* exclude (definition_id),
        counted.numerator / counted.denominator as value,
        {{ week_end_at('counted.week_start_date') }} <= run_context.as_of as is_over,
    from counted
    inner join definitions
        on counted.definition_id = definitions.definition_id
    cross join run_context
    where
        definitions.window_hours = 0
        or (
            {{ add_hours('counted.last_unit_at', 'definitions.window_hours') }} <= run_context.as_of
            and {{ week_end_at('counted.week_start_date') }} <= run_context.as_of
        )

),

own_values as (

    select * from {{ ref('metric_weekly') }}
    where slice_by = 'all'

),

vendors as (

    select
        judged.week_start_date,
        judged.definition_id,
        judged.position,
        judged.vendor,
        judged.vendor_metric,
        judged.definition,
        judged.source_url,
        judged.unit,
        cast(judged.numerator as double) as numerator,
        judged.denominator,
        judged.value,
        {{ wilson_low('judged.numerator', 'judged.denominator') }} as ci_low,
        {{ wilson_high('judged.numerator', 'judged.denominator') }} as ci_high,
        case when judged.is_over then 'final' else 'provisional' end as maturity,
        judged.nearest_metric_id,
        judged.nearest_is_complement,
        case when judged.nearest_is_complement then 1 - own_values.value else own_values.value end as nearest_value,
        judged.why_different,
    from judged
    left join own_values
        on
            judged.nearest_metric_id = own_values.metric_id
            and judged.week_start_date = own_values.week_start_date

),

-- our own ladder below, from the published figures
own as (

    select
        own_values.week_start_date,
        own_values.metric_id as definition_id,
        100 + cast(row_number() over (
            partition by own_values.week_start_date
            order by own_values.metric_id
        ) as integer) as position,
        'whycall' as vendor,
        metrics.metric_name as vendor_metric,
        metrics.formula as definition,
        null as source_url,
        metrics.grain as unit,
        own_values.numerator,
        own_values.denominator,
        own_values.value,
        own_values.ci_low,
        own_values.ci_high,
        own_values.maturity,
        own_values.metric_id as nearest_metric_id,
        false as nearest_is_complement,
        own_values.value as nearest_value,
        null as why_different,
    from own_values
    inner join {{ ref('dim_metrics') }} as metrics
        on own_values.metric_id = metrics.metric_id
    where
        own_values.metric_id in ('M-01a', 'M-01b', 'M-01c', 'M-03', 'M-04', 'M-05b', 'M-07a', 'M-08')
        and own_values.denominator > 0

),

final as (

    select * from vendors

    union all

    select * from own

)

select
    week_start_date,
    definition_id,
    cast(position as integer) as position,
    vendor,
    vendor_metric,
    definition,
    source_url,
    unit,
    numerator,
    cast(denominator as bigint) as denominator,
    value,
    ci_low,
    ci_high,
    maturity,
    nearest_metric_id,
    nearest_is_complement,
    nearest_value,
    round((value - nearest_value) * 100, 6) as difference_points,
    why_different,
from final

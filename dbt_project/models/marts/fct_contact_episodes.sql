with

contacts as (

    select * from {{ ref('fct_contacts') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- one issue: the order; without one the stated group; a contact with neither stands alone
issues as (

    select
        contacts.*,
        case
            when order_key is not null then 'order:' || order_id
            when stated_reason_group is not null then 'reason:' || stated_reason_group
            else 'contact:' || contact_id
        end as issue,
        {{ epoch_micros('started_at') }} as started_us,
    from contacts

),

with_gap as (

    select
        *,
        started_us - lag(started_us) over (
            partition by customer_key, issue
            order by started_us, contact_key
        ) as gap_us,
    from issues

),

chained as (

    select
        *,
        sum(case when gap_us is null or gap_us > 604800000000 then 1 else 0 end) over (
            partition by customer_key, issue
            order by started_us, contact_key
            rows between unbounded preceding and current row
        ) as episode_no,
    from with_gap

),

placed as (

    select
        *,
        row_number() over (
            partition by customer_key, issue, episode_no
            order by started_us, contact_key
        ) as contact_no,
        row_number() over (
            partition by customer_key, issue, episode_no
            order by started_us desc, contact_key desc
        ) as contact_no_from_end,
    from chained

),

episodes as (

    select
        max(case when contact_no = 1 then contact_id end) as episode_id,
        max(customer_id) as customer_id,
        max(order_id) as order_id,
        issue,
        min(started_at) as first_contact_at,
        max(started_at) as last_contact_at,
        count(*) as count_contacts,
        sum(case when is_call then 1 else 0 end) as count_calls,
        count(distinct channel) as count_channels,
        count(distinct reason_code) as count_reasons,
        max(case when contact_no = 1 then source end) as source,
        max(case when contact_no = 1 then segment end) as segment,
        max(case when contact_no = 1 then owner end) as owner,
        max(case when contact_no = 1 then carrier end) as carrier,
        max(case when contact_no = 1 then region end) as region,
        max(case when contact_no = 1 then warehouse end) as warehouse,
        max(case when contact_no = 1 then product_category end) as product_category,
        max(case when contact_no = 1 then delivery_stage end) as delivery_stage,
        max(case when contact_no = 1 then reason_code end) as reason_code,
        max(case when contact_no = 1 then phase end) as phase,
        max(case when contact_no_from_end = 1 then outcome end) as outcome,
        max(case when contact_no = 1 then workflow end) as workflow,
    from placed
    group by
        customer_key,
        issue,
        episode_no

),

with_close as (

    select
        episodes.*,
        {{ add_hours('episodes.last_contact_at', 168) }} as closes_at,
    from episodes

)

select
    with_close.episode_id,
    with_close.customer_id,
    with_close.order_id,
    with_close.issue,
    with_close.first_contact_at,
    with_close.last_contact_at,
    case when with_close.closes_at <= run_context.as_of then with_close.closes_at end as closed_at,
    case
        when with_close.closes_at <= run_context.as_of then {{ week_start('with_close.closes_at') }}
    end as closed_week_start_date,
    with_close.closes_at <= run_context.as_of as is_closed,
    cast(with_close.count_contacts as bigint) as count_contacts,
    cast(with_close.count_calls as bigint) as count_calls,
    cast(with_close.count_channels as bigint) as count_channels,
    cast(with_close.count_reasons as bigint) as count_reasons,
    with_close.source,
    with_close.segment,
    with_close.owner,
    with_close.outcome,
    with_close.carrier,
    with_close.region,
    with_close.warehouse,
    with_close.product_category,
    with_close.delivery_stage,
    with_close.reason_code,
    with_close.phase,
    with_close.workflow,
from with_close
cross join run_context

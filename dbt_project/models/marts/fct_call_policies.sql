with

calls as (

    select * from {{ ref('fct_calls') }}
    where is_engaged_inbound

),

call_records as (

    select * from {{ ref('stg_calls') }}

),

contacts as (

    select * from {{ ref('int_contacts') }}
    where is_contact

),

rules as (

    select * from {{ ref('mandated_rules') }}

),

call_actions as (

    select * from {{ ref('stg_call_actions') }}

),

-- a tier counts from the version of the customer that says so until the next one
flagged_customers as (

    select distinct versions.customer_key
    from {{ ref('stg_customer_versions') }} as versions
    inner join rules
        on
            rules.fact = 'customer_tier'
            and lower(versions.tier) = rules.value

),

customer_spans as (

    select
        versions.customer_key,
        lower(versions.tier) as tier,
        versions.source_updated_at as known_from,
        lead(versions.source_updated_at) over (
            partition by versions.customer_key
            order by versions.source_updated_at, versions.is_current
        ) as known_until,
    from {{ ref('stg_customer_versions') }} as versions
    inner join flagged_customers
        on versions.customer_key = flagged_customers.customer_key

),

flagged_orders as (

    select distinct versions.order_key
    from {{ ref('stg_order_versions') }} as versions
    inner join rules
        on
            rules.fact = 'order_risk'
            and lower(versions.risk_level) = rules.value

),

order_spans as (

    select
        versions.order_key,
        lower(versions.risk_level) as risk_level,
        versions.source_updated_at as known_from,
        lead(versions.source_updated_at) over (
            partition by versions.order_key
            order by versions.source_updated_at, versions.is_current
        ) as known_until,
    from {{ ref('stg_order_versions') }} as versions
    inner join flagged_orders
        on versions.order_key = flagged_orders.order_key

),

-- calls without a contact of their own (legs, unknown customers) have no earlier contacts either
earlier_contacts as (

    select
        contacts.call_key,
        rules.value,
        rules.window_hours,
        cast(count(*) over (
            partition by rules.rule_id, rules.rule_version, contacts.customer_key
            order by {{ epoch_micros('contacts.started_at') }}
            range between cast(rules.window_hours * 3600000000 as bigint) preceding and 1 preceding
        ) as double) as amount,
    from contacts
    inner join rules
        on rules.fact = 'earlier_contacts'

),

observed as (

    select
        calls.call_key,
        'reason_code' as fact,
        calls.reason_code as value,
        null::double as amount,
        null::double as window_hours,
    from calls

    union all

    select
        calls.call_key,
        'delivery_stage' as fact,
        calls.delivery_stage as value,
        null::double as amount,
        null::double as window_hours,
    from calls

    union all

    select
        calls.call_key,
        'customer_tier' as fact,
        customer_spans.tier as value,
        null::double as amount,
        null::double as window_hours,
    from calls
    inner join customer_spans
        on calls.customer_key = customer_spans.customer_key
    where
        calls.started_at >= customer_spans.known_from
        and (customer_spans.known_until is null or calls.started_at < customer_spans.known_until)

    union all

    select
        calls.call_key,
        'order_risk' as fact,
        order_spans.risk_level as value,
        null::double as amount,
        null::double as window_hours,
    from calls
    inner join order_spans
        on calls.order_key = order_spans.order_key
    where
        calls.started_at >= order_spans.known_from
        and (order_spans.known_until is null or calls.started_at < order_spans.known_until)

    union all

    select
        calls.call_key,
        'order_value' as fact,
        orders.currency as value,
        cast(orders.net as double) as amount,
        null::double as window_hours,
    from calls
    inner join {{ ref('stg_orders') }} as orders
        on calls.order_key = orders.order_key
    where calls.started_at >= orders.placed_at

    union all

    select
        calls.call_key,
        'dispute' as fact,
        'any' as value,
        null::double as amount,
        null::double as window_hours,
    from calls
    inner join {{ ref('stg_disputes') }} as disputes
        on calls.order_key = disputes.order_key
    where calls.started_at >= disputes.opened_at

    union all

    select
        call_records.call_key,
        'match_confidence' as fact,
        'any' as value,
        call_records.match_confidence as amount,
        null::double as window_hours,
    from call_records
    where call_records.match_confidence is not null

    union all

    select
        call_records.call_key,
        'risk_flag' as fact,
        {{ json_list_items('call_records.risk_flags') }} as value,
        null::double as amount,
        null::double as window_hours,
    from call_records
    where call_records.risk_flags is not null

    union all

    select
        call_actions.call_key,
        'action_type' as fact,
        lower(call_actions.action_type) as value,
        null::double as amount,
        null::double as window_hours,
    from call_actions

    union all

    select
        earlier_contacts.call_key,
        'earlier_contacts' as fact,
        earlier_contacts.value,
        earlier_contacts.amount,
        earlier_contacts.window_hours,
    from earlier_contacts
    where earlier_contacts.call_key is not null

),

met as (

    select
        observed.call_key,
        rules.rule_id,
        rules.rule_version,
        rules.fact,
        rules.value as fact_value,
        rules.threshold,
        rules.review_cause,
        rules.ticket_required,
        rules.workflow as rule_workflow,
        rules.valid_from,
        rules.valid_to,
        max(observed.amount) as amount,
    from observed
    inner join rules
        on
            observed.fact = rules.fact
            and observed.value = rules.value
    where
        (observed.window_hours is null or observed.window_hours = rules.window_hours)
        and case rules.comparison
            when 'at_least' then observed.amount >= rules.threshold
            when 'below' then observed.amount < rules.threshold
            else true
        end
    group by all

)

select
    calls.call_id,
    met.rule_id,
    met.rule_version,
    calls.started_at,
    calls.week_start_date,
    calls.workflow,
    met.fact,
    met.fact_value,
    met.amount,
    met.threshold,
    met.review_cause,
    met.ticket_required,
    calls.call_outcome,
    calls.call_outcome in ('transferred_human', 'deferred_human') as reached_human,
    calls.call_key,
from met
inner join calls
    on met.call_key = calls.call_key
where
    met.rule_workflow in ('any', calls.workflow)
    and calls.started_at >= met.valid_from
    and (met.valid_to is null or calls.started_at < met.valid_to)
    -- a complaint is only one when that is what the call itself was about
    and (met.fact <> 'earlier_contacts' or met.fact_value in ('any', calls.reason_code))

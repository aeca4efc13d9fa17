with

call_records as (

    select * from {{ ref('stg_calls') }}
    where risk_flags is not null

),

calls as (

    select * from {{ ref('fct_calls') }}
    where is_engaged

),

flagged as (

    select distinct
        call_records.call_key,
        call_records.order_key,
        {{ json_list_items('call_records.risk_flags') }} as risk_flag,
    from call_records

),

orders as (

    select * from {{ ref('stg_orders') }}

),

disputes as (

    select distinct order_key from {{ ref('stg_disputes') }}

),

damage_returns as (

    select distinct order_key from {{ ref('stg_returns') }}
    where upper(reason) like '%DAMAG%'

),

damage_documents as (

    select distinct claim_call_id from {{ ref('fct_documents') }}
    where
        is_claim_evidence
        and shows_damage

),

address_problems as (

    select contact_key as call_key from {{ ref('int_moment_states') }}
    where has_address_problem

),

address_changes as (

    select distinct call_key from {{ ref('stg_call_actions') }}
    where
        lower(action_type) = 'change_address'
        and status = 'done'

),

joined as (

    select
        calls.call_id,
        flagged.risk_flag,
        calls.started_at,
        calls.week_start_date,
        calls.workflow,
        {{ call_dimensions('calls') }}
        -- true confirms, false speaks against it, null where no record can say
        case flagged.risk_flag
            when 'fraud'
                then case
                    when orders.order_key is not null or disputes.order_key is not null
                        then
                            disputes.order_key is not null
                            or coalesce(lower(orders.risk_level) in ('high', 'fraud'), false)
                            or coalesce(lower(orders.payment_status) = 'charged_back', false)
                end
            when 'damaged_item'
                then case
                    when flagged.order_key is not null
                        then damage_returns.order_key is not null or damage_documents.claim_call_id is not null
                end
            when 'wrong_address'
                then case
                    when flagged.order_key is not null
                        then address_problems.call_key is not null or address_changes.call_key is not null
                end
        end as is_confirmed,
        calls.call_key,
    from flagged
    inner join calls
        on flagged.call_key = calls.call_key
    left join orders
        on flagged.order_key = orders.order_key
    left join disputes
        on flagged.order_key = disputes.order_key
    left join damage_returns
        on flagged.order_key = damage_returns.order_key
    left join damage_documents
        on calls.call_id = damage_documents.claim_call_id
    left join address_problems
        on flagged.call_key = address_problems.call_key
    left join address_changes
        on flagged.call_key = address_changes.call_key

)

select * from joined

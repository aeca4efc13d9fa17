with

moments as (

    select * from {{ ref('int_contact_moments') }}

),

states as (

    select * from {{ ref('int_moment_states') }}

),

calls as (

    select * from {{ ref('int_calls') }}

),

tickets as (

    select * from {{ ref('stg_tickets') }}

),

owners as (

    select * from {{ ref('stg_owners') }}

),

launch_contacts as (

    select * from {{ ref('int_launch_contacts') }}

),

launch_scopes as (

    select * from {{ ref('int_launch_scopes') }}

),

-- nobody gave a reason in a test or on a voicemail, whatever words the transcript has
primary_tags as (

    select
        tags.call_key,
        case when calls.is_person then tags.status else 'not_a_contact' end as status,
        case when calls.is_person then tags.confidence end as confidence,
        case when calls.is_person then tags.span_text end as span_text,
        tags.taxonomy_version,
        tags.model_version,
        tags.reason_source,
    from {{ ref('int_call_tags') }} as tags
    inner join calls
        on tags.call_key = calls.call_key
    where tags.tag_rank = 1

),

primary_reasons as (

    select * from {{ ref('int_call_reasons') }}
    where tag_rank = 1

),

-- every call and every contact with its dimension values as known at that moment, in the order of the contract
final as (

    select
        moments.contact_key,
        moments.call_key,
        moments.ticket_key,
        calls.call_id,
        tickets.ticket_id,
        moments.is_contact,
        moments.at_moment as started_at,
        case
            when moments.ticket_key is not null then coalesce(tickets.channel, 'unknown')
            else coalesce(calls.channel, 'phone')
        end as channel,
        coalesce(calls.source_system, tickets.system, 'unknown') as source,
        states.segment,
        case
            when coalesce(calls.owner_id, tickets.assignee_id) is not null then coalesce(owners.team, 'unknown')
            when moments.call_key is not null then 'ai'
            else 'unknown'
        end as owner,
        coalesce(calls.call_outcome, 'unknown') as outcome,
        coalesce(states.carrier, 'unknown') as carrier,
        states.region,
        states.warehouse,
        states.product_category,
        states.delivery_stage,
        coalesce(
            primary_reasons.verified_reason_code,
            case primary_tags.status
                when 'abstained' then 'ABSTAIN'
                when 'no_reason_stated' then 'NO_REASON_STATED'
                when 'not_a_contact' then 'NOT_A_CONTACT'
            end,
            'unknown'
        ) as reason_code,
        case
            when launch_contacts.is_trial then 'unknown'
            when launch_contacts.run_number <= 50 then 'first_50'
            when launch_contacts.run_number <= 100 then 'first_100'
            else {{ launch_phase_at('moments.at_moment') | indent(12) }}
        end as phase,
        coalesce(calls.customer_id, tickets.customer_id) as customer_id,
        moments.customer_key,
        coalesce(calls.order_id, tickets.order_id) as order_id,
        moments.order_key,
        states.shipment_id,
        states.shipment_key,
        primary_reasons.stated_reason_group,
        primary_reasons.stated_reason_code,
        primary_reasons.verified_reason_code,
        primary_reasons.claim as reason_claim,
        primary_tags.confidence as reason_confidence,
        primary_tags.status as reason_status,
        primary_tags.span_text as reason_evidence,
        primary_tags.taxonomy_version,
        primary_tags.model_version,
        primary_tags.reason_source,
        coalesce(
            calls.workflow, case when tickets.incident_id is not null then 'incident' else 'order_support' end
        ) as workflow,
    from moments
    inner join states
        on moments.contact_key = states.contact_key
    left join calls
        on moments.call_key = calls.call_key
    left join tickets
        on moments.ticket_key = tickets.ticket_key
    left join owners
        on coalesce(calls.owner_id, tickets.assignee_id) = owners.owner_id
    left join primary_tags
        on moments.call_key = primary_tags.call_key
    left join primary_reasons
        on moments.call_key = primary_reasons.call_key
    left join launch_contacts
        on moments.contact_key = launch_contacts.contact_key
    left join launch_scopes
        on launch_contacts.scope_id = launch_scopes.scope_id

)

select * from final

with

attempts as (

    select * from {{ ref('int_outreach_attempts') }}

),

owners as (

    select * from {{ ref('stg_owners') }}

),

episode_carts as (

    select * from {{ ref('int_cart_episode_carts') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    attempts.attempt_id,
    attempts.workflow,
    attempts.channel,
    attempts.attempted_at,
    {{ week_start('attempts.attempted_at') }} as week_start_date,
    coalesce(attempts.source_system, 'unknown') as source,
    attempts.segment,
    case
        when attempts.owner_id is not null then coalesce(owners.team, 'unknown')
        when attempts.call_key is not null then 'ai'
        else 'unknown'
    end as owner,
    case
        when attempts.answered_at is not null then 'answered'
        when attempts.delivered_at is not null then 'delivered'
        else 'not_delivered'
    end as outcome,
    attempts.region,
    {{ launch_phase_at('attempts.attempted_at') | indent(4) }} as phase,
    attempts.customer_id,
    attempts.cart_id,
    episode_carts.episode_id,
    attempts.incident_id,
    attempts.exception_id,
    attempts.call_id,
    attempts.status,
    attempts.delivered_at,
    attempts.answered_at,
    attempts.discount_code,
    attempts.consent_status,
    attempts.workflow = 'cart_recovery' as is_cart_outreach,
    attempts.delivered_at is not null as is_delivered,
    attempts.workflow = 'cart_recovery' and attempts.consent_status <> 'granted' as is_without_consent,
    attempts.workflow = 'cart_recovery' and attempts.consent_status = 'revoked' as is_after_opt_out,
    attempts.revoked_at,
    attempts.opted_out_at,
    attempts.opted_out_at is not null as is_opted_out_within_7d,
    attempts.count_attempts_7d,
    attempts.is_cap_breach,
    attempts.customer_key,
    attempts.call_key,
from attempts
left join episode_carts
    on attempts.cart_id = episode_carts.cart_id
left join owners
    on attempts.owner_id = owners.owner_id
cross join run_context
{{ launch_scope_joins('attempts.workflow', "coalesce(attempts.source_system, 'unknown')", 'attempts.segment') }}

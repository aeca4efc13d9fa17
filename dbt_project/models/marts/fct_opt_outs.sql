with

opt_outs as (

    select * from {{ ref('int_channel_consents') }}
    where is_opt_out

),

customers as (

    select * from {{ ref('stg_customers') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- until consent is given again every contact is one too many; repeated refusals do not start the clock anew
refusals as (

    select
        opt_outs.*,
        lead(opt_outs.stated_at) over (
            partition by opt_outs.customer_key, opt_outs.channel
            order by opt_outs.stated_at
        ) as next_opt_out_at,
    from opt_outs

),

later_contacts as (

    select
        refusals.customer_key,
        refusals.channel,
        refusals.stated_at,
        count(*) as count_contacts_after,
        max({{ hours_between('refusals.stated_at', 'attempts.attempted_at') }}) as honour_hours,
    from refusals
    inner join {{ ref('int_outreach_attempts') }} as attempts
        on
            refusals.customer_key = attempts.customer_key
            and refusals.channel = attempts.channel
    where
        attempts.workflow = 'cart_recovery'
        and attempts.consent_status = 'revoked'
        and attempts.attempted_at >= refusals.stated_at
        and (refusals.next_opt_out_at is null or attempts.attempted_at < refusals.next_opt_out_at)
        and {{ hours_between('refusals.stated_at', 'attempts.attempted_at') }} <= 336
    group by
        refusals.customer_key,
        refusals.channel,
        refusals.stated_at

)

select
    refusals.customer_id,
    refusals.channel,
    refusals.stated_at as opted_out_at,
    {{ week_start('refusals.stated_at') }} as week_start_date,
    coalesce(customers.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    {{ launch_phase_at('refusals.stated_at') | indent(4) }} as phase,
    refusals.told_by,
    refusals.call_id,
    coalesce(later_contacts.count_contacts_after, 0) as count_contacts_after,
    coalesce(later_contacts.honour_hours, 0.0) as honour_hours,
    refusals.customer_key,
from refusals
left join customers
    on refusals.customer_key = customers.customer_key
left join later_contacts
    on
        refusals.customer_key = later_contacts.customer_key
        and refusals.channel = later_contacts.channel
        and refusals.stated_at = later_contacts.stated_at
cross join run_context
{{ launch_scope_joins("'cart_recovery'", no_source(), "coalesce(customers.segment, 'unknown')") }}

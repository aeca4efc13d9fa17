with

contacts as (

    select * from {{ ref('int_contacts') }}
    where is_contact

),

repeats as (

    select * from {{ ref('int_repeats') }}

),

purchases as (

    select * from {{ ref('int_contact_purchases') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    case
        when contacts.call_key is not null then 'call:' || contacts.call_id
        else 'ticket:' || contacts.ticket_id
    end as contact_id,
    contacts.channel,
    contacts.customer_id,
    contacts.order_id,
    contacts.started_at,
    {{ week_start('contacts.started_at') }} as week_start_date,
    contacts.source,
    contacts.segment,
    contacts.owner,
    contacts.outcome,
    contacts.carrier,
    contacts.region,
    contacts.warehouse,
    contacts.product_category,
    contacts.delivery_stage,
    contacts.reason_code,
    contacts.phase,
    contacts.stated_reason_group,
    repeats.repeat_any,
    repeats.repeat_same_issue,
    repeats.repeat_any_hours,
    repeats.repeat_same_issue_hours,
    repeats.followup_hours,
    repeats.is_reconnect,
    contacts.call_key is not null as is_call,
    contacts.call_id,
    contacts.ticket_id,
    contacts.contact_key,
    contacts.customer_key,
    contacts.order_key,
    contacts.workflow,
    purchases.has_contact_before_7d,
    purchases.is_first_of_week,
    purchases.hours_to_next_order,
    purchases.observed_hours,
    coalesce(purchases.hours_to_next_order <= 720, false) as has_order_30d,
    case when purchases.hours_to_next_order <= 720 then purchases.hours_to_next_order end as order_30d_hours,
    least(720.0, purchases.observed_hours) as order_followup_30d_hours,
    coalesce(purchases.hours_to_next_order <= 2160, false) as has_order_90d,
    case when purchases.hours_to_next_order <= 2160 then purchases.hours_to_next_order end as order_90d_hours,
    least(2160.0, purchases.observed_hours) as order_followup_90d_hours,
from contacts
inner join repeats
    on contacts.contact_key = repeats.contact_key
inner join purchases
    on contacts.contact_key = purchases.contact_key
cross join run_context

with

messages as (

    select * from {{ ref('stg_messages') }}

),

claims as (

    select * from {{ ref('int_message_claims') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

customers as (

    select * from {{ ref('stg_customers') }}

),

shipments as (

    select * from {{ ref('int_shipments') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    messages.message_id,
    messages.customer_id,
    messages.order_id,
    messages.ticket_id,
    messages.incident_id,
    messages.call_id,
    messages.cart_id,
    messages.exception_id,
    messages.channel,
    messages.purpose,
    messages.template_id,
    messages.rule_id,
    messages.approved_message_id,
    messages.asserted_order_state,
    messages.asserted_promise_at,
    messages.order_state_version,
    coalesce(messages.is_automatic_recap, false) as is_automatic_recap,
    messages.discount_code,
    messages.sent_at,
    {{ week_start('messages.sent_at') }} as week_start_date,
    messages.delivered_at,
    messages.failed_at,
    messages.clicked_at,
    messages.replied_at,
    messages.acknowledged_at,
    coalesce(customers.segment, orders.segment, 'unknown') as segment,
    coalesce(shipments.carrier, 'unknown') as carrier,
    coalesce(shipments.shipment_region, orders.order_region, customers.region, 'unknown') as region,
    coalesce(shipments.shipment_warehouse_id, orders.warehouse_id, 'unknown') as warehouse,
    coalesce(orders.product_category, 'unknown') as product_category,
    coalesce(claims.delivery_stage, 'unknown') as delivery_stage,
    {{ launch_phase_at('messages.sent_at') | indent(4) }} as phase,
    claims.asserted_state,
    claims.state as state_at_sending,
    claims.state_version as state_version_at_sending,
    claims.promise_at as promise_at_sending,
    claims.is_state_right,
    claims.is_promise_right,
    coalesce(claims.is_duplicate, false) as is_duplicate,
    coalesce(claims.is_state_contradiction or claims.is_promise_contradiction, false) as is_contradictory,
    messages.purpose in ('order_update', 'alert')
    and messages.call_id is null
    and messages.order_id is not null as is_notification,
    messages.template_id is not null and messages.rule_id is not null as has_template_and_rule,
    messages.customer_key,
    messages.order_key,
from messages
cross join run_context
left join claims
    on messages.message_id = claims.message_id
left join orders
    on messages.order_key = orders.order_key
left join customers
    on messages.customer_key = customers.customer_key
left join shipments
    on
        messages.order_key = shipments.order_key
        and orders.first_shipment_id = shipments.shipment_id
{{ launch_scope_joins(
    "case"
    ~ " when messages.incident_id is not null then 'incident'"
    ~ " when messages.cart_id is not null then 'cart_recovery'"
    ~ " when messages.exception_id is not null then 'order_exception'"
    ~ " else 'order_support' end",
    no_source(),
    "coalesce(customers.segment, orders.segment, 'unknown')"
) }}

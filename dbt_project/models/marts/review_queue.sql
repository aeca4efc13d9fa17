with

calls as (

    select * from {{ ref('int_calls') }}

),

abstained_tags as (

    select * from {{ ref('stg_reason_tags') }}
    where
        tag_rank = 1
        and status = 'abstained'

),

decided_items as (

    select distinct review_decisions.item_id
    from {{ ref('stg_review_decisions') }} as review_decisions

),

review_queue_rules as (

    select * from {{ ref('review_queue_rules') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- only calls in which a customer said something: nobody can name the reason of a call without words
waiting as (

    select
        calls.call_id as item_id,
        'call' as item_type,
        'abstained' as cause,
        coalesce(calls.ended_at, calls.started_at) as waiting_since,
        abstained_tags.top3,
        abstained_tags.confidence,
        abstained_tags.model_version,
        calls.call_key,
    from abstained_tags
    inner join calls
        on abstained_tags.call_key = calls.call_key
    left join decided_items
        on calls.call_id = decided_items.item_id
    where
        calls.is_engaged
        and decided_items.item_id is null

)

select
    waiting.item_id,
    waiting.item_type,
    waiting.cause,
    waiting.waiting_since,
    greatest({{ hours_between('waiting.waiting_since', 'run_context.as_of') }}, 0.0) as age_hours,
    review_queue_rules.sla_hours,
    {{ hours_between('waiting.waiting_since', 'run_context.as_of') }} > review_queue_rules.sla_hours as is_overdue,
    review_queue_rules.owner,
    waiting.top3,
    waiting.confidence,
    waiting.model_version,
    waiting.call_key,
from waiting
inner join review_queue_rules
    on waiting.cause = review_queue_rules.cause
cross join run_context

with

exception_actions as (

    select * from {{ ref('stg_exception_actions') }}

),

-- steps may disagree about what the exception is about: the first one speaks
cases as (

    select
        exception_id,
        min_by(order_id, action_no) as order_id,
        min_by(order_key, action_no) as order_key,
        min_by(shipment_key, case when shipment_key is not null then action_no end) as shipment_key,
        min_by(exception_type, action_no) as exception_type,
        min_by(rule_id, case when rule_id is not null then action_no end) as rule_id,
        min(step_at) as first_step_at,
        min(case when step = 'detected' then step_at end) as detected_at,
        min(case when step = 'packet_complete' then step_at end) as packet_complete_at,
        min(case when step = 'action' then step_at end) as action_at,
        min(case when step = 'written_back' then step_at end) as written_back_at,
        min(case when step = 'investigated' then step_at end) as investigated_at,
        min(case when step = 'closed' then step_at end) as closed_at,
        min(case when owner_id is not null then step_at end) as owner_set_at,
        min_by(action_type, case when step = 'action' and action_type is not null then action_no end) as action_type,
        max_by(owner_id, case when owner_id is not null then action_no end) as owner_id,
        min(case when step = 'action' and action_type = 'escalate' then step_at end) as escalated_at,
        min(case when human_touched then step_at end) as human_touched_at,
        sum(review_minutes) as review_minutes,
        sum(case when step = 'action' then 1 else 0 end) as count_actions,
        sum(case when step = 'investigated' then 1 else 0 end) as count_investigations,
    from exception_actions
    group by exception_id

),

final as (

    select
        *,
        coalesce(detected_at, first_step_at) as opened_at,
        -- the unit is complete when the last of its four steps is made and somebody owns it
        case
            when
                detected_at is not null
                and packet_complete_at is not null
                and action_at is not null
                and written_back_at is not null
                and owner_set_at is not null
                then greatest(detected_at, packet_complete_at, action_at, written_back_at, owner_set_at)
        end as completed_at,
    from cases

)

select * from final

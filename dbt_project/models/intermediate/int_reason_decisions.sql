with

decisions as (

    select * from {{ ref('stg_review_decisions') }}
    -- answers about feedback items and returns say nothing about a call
    where coalesce(queue, '') not in ('ops_feedback', 'returns', 'refunds')

),

calls as (

    select * from {{ ref('stg_calls') }}

),

primary_tags as (

    select * from {{ ref('stg_reason_tags') }}
    where tag_rank = 1

),

reason_codes as (

    select * from {{ ref('reason_codes') }}

),

text_classes as (

    select distinct coalesce(reason_codes.stated_group, reason_codes.code) as code
    from reason_codes

),

bridge as (

    select * from {{ ref('int_reason_bridge') }}

),

-- what the reviewer calls the reason: the code he gave; a state; the code he was shown, if he says it is right
named as (

    select
        decisions.*,
        calls.call_key,
        calls.call_key is not null as is_call,
        coalesce(
            upper(trim(decisions.code_before)), primary_tags.code, upper(primary_tags.status)
        ) as shown_code,
        coalesce(decisions.model_version, primary_tags.model_version) as shown_model_version,
        coalesce(
            nullif(upper(trim(decisions.code_after)), ''),
            case
                when lower(decisions.decision) in ('no_reason_stated', 'no_reason') then 'NO_REASON_STATED'
                when lower(decisions.decision) = 'not_a_contact' then 'NOT_A_CONTACT'
                when lower(decisions.decision) in ('confirmed', 'confirm', 'accepted', 'accept', 'approved', 'approve')
                    then coalesce(
                        upper(trim(decisions.code_before)), primary_tags.code, upper(primary_tags.status)
                    )
            end
        ) as given_code,
    from decisions
    left join calls
        on decisions.item_id = calls.call_id
    left join primary_tags
        on calls.call_key = primary_tags.call_key

),

resolved as (

    select
        named.*,
        case
            when named.given_code in ('NO_REASON_STATED', 'NOT_A_CONTACT') then named.given_code
            else coalesce(reason_codes.stated_group, text_classes.code, bridge.to_code)
        end as resolved_code,
        case when reason_codes.decided_by = 'evidence' then reason_codes.code end as leaf_code,
    from named
    left join reason_codes
        on named.given_code = reason_codes.code
    left join text_classes
        on named.given_code = text_classes.code
    left join bridge
        on
            named.given_code = bridge.from_code
            and bridge.from_version = 'any'
            and {{ bridge_draw('named.call_key') }} >= bridge.draw_from
            and {{ bridge_draw('named.call_key') }} < bridge.draw_to

),

-- the latest decision that names a reason wins; decisions of one instant go by their identifier
ranked as (

    select
        *,
        is_call and resolved_code is not null as is_usable,
        row_number() over (
            partition by call_key, is_call and resolved_code is not null
            order by event_at desc, decision_id desc
        ) as order_in_call,
        row_number() over (
            partition by call_key, reviewer_id, is_call and resolved_code is not null
            order by event_at desc, decision_id desc
        ) as order_of_reviewer,
    from resolved

)

select
    decision_id,
    queue,
    item_id,
    call_key,
    reviewer_id,
    event_at,
    lower(decision) as decision,
    shown_code as code_before,
    given_code as code_after,
    resolved_code,
    leaf_code,
    minutes,
    shown_model_version as model_version,
    is_usable and order_in_call = 1 as is_in_force,
    is_usable and order_of_reviewer = 1 as is_last_of_reviewer,
    case
        when is_usable and order_in_call = 1 then 'in_force'
        when is_usable then 'overruled'
        when not is_call then 'unknown_item'
        when given_code is null or given_code = 'ABSTAINED' then 'undecided'
        else 'unknown_code'
    end as effect,
from ranked

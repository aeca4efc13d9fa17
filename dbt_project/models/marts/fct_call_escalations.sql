with

conduct as (

    select * from {{ ref('fct_call_conduct') }}

),

call_records as (

    select * from {{ ref('stg_calls') }}

),

owners as (

    select * from {{ ref('stg_owners') }}

),

words as (

    select * from {{ ref('escalation_targets') }}

),

-- a call that asks for a person says so as its first or a further reason
asked_for_human as (

    select distinct tags.call_key
    from {{ ref('int_call_tags') }} as tags
    where
        tags.status = 'accepted'
        and tags.code = 'CON.HUMAN.ASKED_FOR_HUMAN'

),

escalated as (

    select
        conduct.call_key,
        call_records.transfer_target,
        call_records.owner_id,
    from conduct
    inner join call_records
        on conduct.call_key = call_records.call_key
    where conduct.reached_human

),

-- whom a call went to: what it was put through to, else who owns it; a team tells more than the name of one of its people
named as (

    select
        escalated.call_key,
        coalesce(targets.team, targets.name, escalated.transfer_target, target_owners.team, target_owners.name)
            as target_name,
    from escalated
    left join owners as targets
        on escalated.transfer_target = targets.owner_id
    left join owners as target_owners
        on escalated.owner_id = target_owners.owner_id

),

-- names are few, so each meets every word once
names as (

    select distinct named.target_name
    from named
    where named.target_name is not null

),

recognised as (

    select
        names.target_name,
        min_by(words.target, words.priority) as target,
    from names
    inner join words
        on ' ' || lower(replace(replace(names.target_name, '-', ' '), '_', ' ')) like '% ' || words.word || '%'
    group by names.target_name

)

select
    conduct.call_id,
    conduct.started_at,
    conduct.week_start_date,
    conduct.workflow,
    {{ call_dimensions('conduct') }}
    conduct.reached_human as is_escalated,
    named.target_name,
    case when conduct.reached_human then coalesce(recognised.target, 'unknown') end as escalation_target,
    case
        when not conduct.reached_human then null
        when asked_for_human.call_key is not null then 'customer'
        when conduct.meets_mandated_rule then 'policy_rule'
        else 'ai'
    end as escalation_initiator,
    conduct.call_key,
from conduct
left join named
    on conduct.call_key = named.call_key
left join recognised
    on named.target_name = recognised.target_name
left join asked_for_human
    on conduct.call_key = asked_for_human.call_key

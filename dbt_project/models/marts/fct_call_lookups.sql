with

call_events as (

    select * from {{ ref('stg_call_events') }}
    where event_type in ('lookup', 'eligibility_checked')

),

calls as (

    select * from {{ ref('fct_calls') }}
    where is_engaged_inbound

),

words as (

    select * from {{ ref('lookup_kinds') }}

),

-- names are few, so each meets every word once
names as (

    select distinct lower(replace(call_events.name, '-', '_')) as lookup_name
    from call_events
    where call_events.name is not null

),

recognised as (

    select
        names.lookup_name,
        min_by(words.kind, words.priority) as kind,
    from names
    inner join words
        on names.lookup_name like '%' || words.word || '%'
    group by names.lookup_name

)

select
    calls.call_id,
    call_events.event_seq,
    call_events.event_at,
    calls.week_start_date,
    calls.workflow,
    {{ call_dimensions('calls') }}
    call_events.name as lookup_name,
    case
        when call_events.event_type = 'eligibility_checked' then 'eligibility'
        else coalesce(recognised.kind, 'other')
    end as lookup_kind,
    coalesce(call_events.ok, false) as is_found,
    calls.started_at,
    calls.call_key,
from call_events
inner join calls
    on call_events.call_key = calls.call_key
left join recognised
    on lower(replace(call_events.name, '-', '_')) = recognised.lookup_name

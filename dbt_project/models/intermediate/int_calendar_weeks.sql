with

events as (

    select * from {{ ref('stg_calendar_events') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- the instants of an event a day apart, and its last one; of an event of more than a year the first year
instants as (

    select
        events.event_id,
        events.name,
        events.ends_at,
        {{ add_hours('events.starts_at', '24 * days.replicate') }} as happens_at,
    from events
    cross join {{ integer_spine(0, 366) }} as days

    union all

    select
        events.event_id,
        events.name,
        events.ends_at,
        {{ add_hours('events.ends_at', '-0.001') }} as happens_at,
    from events

),

touched as (

    select distinct
        instants.event_id,
        instants.name,
        {{ week_start('instants.happens_at') }} as week_start_date,
    from instants
    cross join run_context
    where
        instants.happens_at < instants.ends_at
        and instants.happens_at <= run_context.as_of

)

select
    week_start_date,
    string_agg(name, ', ' order by name, event_id) as calendar_events,
    count(*) as count_events,
from touched
group by week_start_date

-- One row per wish to get in touch. The slot is filled with the union of the rules of triggers.yml.
create or replace table demand as
with

caused as (
{triggers}
),

open_contacts as (
    select
        null::bigint as order_no,
        floor(getvariable('customers') * draw(i, 'open customer'))::bigint as customer_no,
        'open' as trigger,
        pick_open(draw(i, 'open reason')) as code,
        mix(i, 'open') as contact_key,
        later(
            getvariable('shop_start'), 604800 * getvariable('weeks') * draw(i, 'open time')
        ) as wished_at,
        timestamp '2100-01-01' as until
    from range(getvariable('open_contacts')::bigint) as numbers (i)
),

incident_contacts as (
    select
        null::bigint as order_no,
        floor(getvariable('customers') * draw(i, 'incident customer'))::bigint as customer_no,
        'incident' as trigger,
        if(
            draw(i, 'incident reason') < 0.78, 'SITE_TROUBLE',
            'INC.STATUS.INCIDENT_UPDATE_REQUEST'
        ) as code,
        mix(i, 'incident') as contact_key,
        later(
            getvariable('incident_at'), 1200 + 18600 * pow(draw(i, 'incident time'), 0.7)
        ) as wished_at,
        timestamp '2100-01-01' as until
    from range(getvariable('incident_contacts')::bigint) as numbers (i)
),

-- a sale brings those whose code does not work
sale_contacts as (
    select
        null::bigint as order_no,
        floor(getvariable('customers') * draw(i, 'sale customer'))::bigint as customer_no,
        'sale' as trigger,
        'PRO.CODE.PROMO_CODE_FAILS' as code,
        mix(i, 'sale') as contact_key,
        later(
            getvariable('shop_start'), 604800 * getvariable('spring_sale_first') + 5 * 86400 * draw(i, 'sale time')
        ) as wished_at,
        timestamp '2100-01-01' as until
    from range((getvariable('calls') * getvariable('spring_sale_calls'))::bigint) as numbers (i)
),

wishes as (
    select * from caused
    union all by name
    select * from open_contacts
    union all by name
    select * from incident_contacts
    union all by name
    select * from sale_contacts
),

timed as (
    select
        * exclude (wished_at),
        -- people meet an outage when it is there, everything else waits for the hour of the day
        if(trigger = 'incident', wished_at, calling_time(wished_at, contact_key)) as begins_at
    from wishes
)

select contact_key, null::ubigint as origin_key, 0 as round, order_no, customer_no, trigger, code,
    begins_at
from timed
where begins_at < until and begins_at >= getvariable('shop_start')
    and begins_at < getvariable('shop_end');

create or replace table contacts (
    contact_key ubigint, origin_key ubigint, round integer, order_no bigint, customer_no bigint,
    trigger varchar,
    code varchar, second_code varchar, leaf varchar, begins_at timestamp, ended_at timestamp,
    via varchar, segment varchar,
    agent_version varchar, outcome varchar, is_lost_transfer boolean, deferral varchar,
    is_resolved boolean,
    comes_back boolean, script varchar, desk varchar, region varchar
);

-- Contacts that a person must have by a rule, the rules, and whether the agent obeys them.
create or replace table duties (contact_key ubigint, rules varchar[], is_obeyed boolean);

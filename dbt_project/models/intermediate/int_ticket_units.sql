with

contacts as (

    select * from {{ ref('int_ticket_contacts') }}

),

baselines as (

    select * from {{ ref('int_ticket_baselines') }}

)

select
    contacts.*,
    baselines.dispersion,
    baselines.count_weeks,
from contacts
inner join baselines
    on contacts.scope_id = baselines.scope_id
where
    contacts.period = 'now'
    or contacts.weeks_before_launch < baselines.count_weeks

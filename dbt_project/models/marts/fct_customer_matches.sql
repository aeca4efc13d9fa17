with

matches as (

    select * from {{ ref('int_customer_matches') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

)

select
    matches.record_type,
    matches.system,
    matches.record_id,
    matches.happened_at,
    {{ week_start('matches.happened_at') }} as week_start_date,
    matches.customer_id is not null as is_matched,
    matches.customer_id,
    matches.method,
    matches.confidence,
    matches.known_since,
    matches.is_learned_later,
    matches.unlinked_reason,
from matches
cross join run_context
where matches.happened_at <= run_context.as_of

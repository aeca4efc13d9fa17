with

feedback as (

    select * from {{ ref('ops_feedback') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- state and effect stand on every week of an item: the last one tells
items as (

    select
        feedback.*,
        row_number() over (partition by feedback.feedback_id order by feedback.week_start_date desc) as week_order,
    from feedback
    where feedback.first_risen_week is not null

)

select
    feedback_id,
    first_risen_week as week_start_date,
    last_risen_week,
    {{ week_end_at('first_risen_week') }} as opened_at,
    owner,
    party_level,
    party,
    reason_code,
    state,
    acknowledged_at,
    fixed_at,
    state in ('fixed', 'dismissed') as is_closed,
    state = 'fixed' and coalesce(is_effect_final, false) and effect is not null as is_effect_known,
    state = 'fixed' and coalesce(is_effect_final and effect_high < 0, false) as is_effect_verified,
    effect,
    effect_low,
    effect_high,
from items
cross join run_context
where week_order = 1

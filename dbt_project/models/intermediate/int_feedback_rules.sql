with

run_context as (

    select * from {{ ref('stg_run_context') }}

),

rules as (

    select feedback_rules.*
    from {{ ref('feedback_rules') }} as feedback_rules
    cross join run_context
    where
        feedback_rules.valid_from <= run_context.as_of
        and (feedback_rules.valid_to is null or run_context.as_of < feedback_rules.valid_to)

)

select
    {{ feedback_rule('least_weeks') }},
    {{ feedback_rule('limit_sigmas') }},
    {{ feedback_rule('learning_sigmas') }},
    {{ feedback_rule('false_discovery_rate') }},
    {{ feedback_rule('least_calls') }},
    {{ feedback_rule('effect_weeks') }},
    {{ feedback_rule('cost_per_minute') }},
    {{ feedback_rule('cost_per_ticket') }},
from rules

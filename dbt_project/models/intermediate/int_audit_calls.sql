with

calls as (

    select * from {{ ref('int_calls') }}
    where is_engaged_inbound

),

primary_tags as (

    select * from {{ ref('int_call_tags') }}
    where tag_rank = 1

),

classifier_tags as (

    select * from {{ ref('stg_reason_tags') }}
    where tag_rank = 1

),

decisions as (

    select * from {{ ref('int_reason_decisions') }}
    where is_in_force

),

audit_rule as (

    select * from {{ ref('review_queue_rules') }}
    where
        cause = 'audit_sample'
        and tier = 'any'

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- the draw depends on the call alone: a new model changes its answers, never the sample it is judged by
final as (

    select
        calls.call_key,
        calls.call_id,
        {{ week_start('calls.started_at') }} as week_start_date,
        primary_tags.classifier_status,
        coalesce(primary_tags.classifier_code, upper(primary_tags.classifier_status)) as predicted_code,
        classifier_tags.confidence,
        -- what it would have said, had it been made to speak
        case
            when primary_tags.classifier_status = 'abstained'
                then coalesce({{ json_text('classifier_tags.top3', '$[0].code') }}, 'ABSTAINED')
            else coalesce(primary_tags.classifier_code, upper(primary_tags.classifier_status))
        end as best_guess,
        audit_rule.sampling_probability,
        {{ audit_draw('calls.call_key') }} < audit_rule.sampling_probability as is_sampled,
        decisions.resolved_code as true_code,
        decisions.resolved_code is not null
        and {{ audit_draw('calls.call_key') }} < audit_rule.sampling_probability as is_audited,
    from calls
    inner join primary_tags
        on calls.call_key = primary_tags.call_key
    inner join classifier_tags
        on calls.call_key = classifier_tags.call_key
    cross join audit_rule
    cross join run_context
    left join decisions
        on calls.call_key = decisions.call_key

)

select * from final

with

tags as (

    select * from {{ ref('stg_reason_tags') }}

),

bridge as (

    select * from {{ ref('int_reason_bridge') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

decisions as (

    select * from {{ ref('int_reason_decisions') }}
    where is_in_force

),

-- a tag of an earlier taxonomy says what its code is called now
recoded as (

    select
        tags.*,
        coalesce(bridge.to_code, tags.code) as classifier_code,
        case when bridge.to_code is not null then tags.code end as recoded_from,
    from tags
    cross join run_context
    left join bridge
        on
            tags.code = bridge.from_code
            and tags.taxonomy_version <> run_context.taxonomy_version
            and bridge.from_version in ('any', tags.taxonomy_version)
            and {{ bridge_draw('tags.call_key') }} >= bridge.draw_from
            and {{ bridge_draw('tags.call_key') }} < bridge.draw_to

),

-- decisions are few: they are compared with their tags before they meet all the others
upheld as (

    select
        decisions.call_key,
        decisions.resolved_code,
        decisions.leaf_code,
        coalesce(recoded.classifier_code, upper(recoded.status)) = decisions.resolved_code as is_upheld,
    from decisions
    inner join recoded
        on
            decisions.call_key = recoded.call_key
            and recoded.tag_rank = 1

),

with_decision as (

    select
        recoded.* exclude (code, status),
        recoded.status as classifier_status,
        upheld.call_key is not null as is_reviewed,
        upheld.resolved_code as reviewed_code,
        upheld.leaf_code as reviewed_leaf,
        upheld.is_upheld,
    from recoded
    left join upheld
        on recoded.call_key = upheld.call_key

),

-- a person's code takes the place of the primary one; further codes stay only where the primary one was right
final as (

    select
        call_id,
        call_key,
        tag_rank,
        case
            when tag_rank > 1 or not is_reviewed then classifier_code
            when reviewed_code not in ('NO_REASON_STATED', 'NOT_A_CONTACT') then reviewed_code
        end as code,
        -- the classifier's confidence and evidence belong to its own code; of an abstention the words stay
        case when not is_reviewed or is_upheld then confidence end as confidence,
        case
            when not is_reviewed then classifier_status
            when reviewed_code in ('NO_REASON_STATED', 'NOT_A_CONTACT') then lower(reviewed_code)
            else 'accepted'
        end as status,
        case when not is_reviewed or is_upheld or classifier_status = 'abstained' then span_turn_no end as span_turn_no,
        case when not is_reviewed or is_upheld or classifier_status = 'abstained' then span_start end as span_start,
        case when not is_reviewed or is_upheld or classifier_status = 'abstained' then span_end end as span_end,
        case when not is_reviewed or is_upheld or classifier_status = 'abstained' then span_text end as span_text,
        taxonomy_version,
        model_version,
        case when is_reviewed then 'reviewer' else 'classifier' end as reason_source,
        classifier_code,
        classifier_status,
        case when tag_rank = 1 then reviewed_leaf end as reviewed_leaf,
        recoded_from,
    from with_decision
    where
        tag_rank = 1
        or not is_reviewed
        or is_upheld

)

select * from final

with

documents as (

    select * from {{ ref('stg_documents') }}

),

calls as (

    select * from {{ ref('fct_calls') }}

),

claims as (

    select * from {{ ref('fct_call_conduct') }}
    where sub_workflow = 'damaged_or_wrong_item'

),

evidence as (

    select * from {{ ref('int_document_evidence') }}

),

-- a document without a call belongs to the latest claim about its order before it
ranked_claims as (

    select
        documents.document_id,
        claims.call_key as claim_key,
        row_number() over (
            partition by documents.document_id
            order by claims.started_at desc, claims.call_id desc
        ) as claim_rank,
    from documents
    inner join claims
        on documents.order_key = claims.order_key
    where
        documents.call_key is null
        and documents.received_at >= claims.started_at

),

order_claims as (

    select * from ranked_claims
    where claim_rank = 1

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

joined as (

    select
        documents.document_id,
        documents.received_at,
        {{ week_start('documents.received_at') }} as week_start_date,
        coalesce(documents.kind, 'unknown') as kind,
        documents.call_id,
        documents.order_id,
        documents.ticket_id,
        coalesce(calls.workflow, 'unknown') as workflow,
        {{ call_dimensions('calls') }}
        documents.ocr_status,
        -- services that count to a hundred are brought to a share
        case when documents.ocr_confidence > 1 then documents.ocr_confidence / 100 else documents.ocr_confidence end
            as ocr_confidence,
        {{ has_visible_text('documents.ocr_text') }} as has_text,
        evidence.shows_damage,
        evidence.shows_other_article,
        evidence.damage_word,
        cast({{ json_count('documents.fields') }} as bigint) as count_fields,
        cast({{ json_count('documents.corrected_fields') }} as bigint) as count_corrected_fields,
        claims.call_id as claim_call_id,
        claims.reason_code as claim_reason_code,
        {{ hours_between('claims.started_at', 'documents.received_at') }} as hours_after_claim,
        documents.url,
        documents.call_key,
        documents.order_key,
    from documents
    left join order_claims
        on documents.document_id = order_claims.document_id
    left join calls
        on coalesce(documents.call_key, order_claims.claim_key) = calls.call_key
    left join claims
        on coalesce(documents.call_key, order_claims.claim_key) = claims.call_key
    inner join evidence
        on documents.document_id = evidence.document_id
    cross join run_context

)

select
    * exclude (url, call_key, order_key),
    -- a field that only a person found was read wrongly too
    greatest(count_fields, count_corrected_fields) as count_checked_fields,
    claim_call_id is not null as is_claim_evidence,
    url,
    call_key,
    order_key,
from joined

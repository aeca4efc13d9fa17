with

source as (

    select * from {{ source('raw', 'all_documents') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

known_by_as_of as (

    select
        source.document_id,
        source.call_id,
        source.call_key,
        source.order_id,
        source.order_key,
        source.ticket_id,
        source.ticket_key,
        source.kind,
        source.received_at,
        source.ocr_status,
        source.ocr_text,
        source.ocr_confidence,
        source.fields,
        source.corrected_fields,
        source.url,
    from source
    cross join run_context
    where source.received_at <= run_context.as_of

)

select * from known_by_as_of

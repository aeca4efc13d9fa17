with

documents as (

    select * from {{ ref('stg_documents') }}

),

words as (

    select * from {{ ref('document_words') }}
    where claim = 'damaged'

),

-- receipts and identity papers print words of every kind and speak for no damage
damage_words as (

    select
        documents.document_id,
        min(words.word) as damage_word,
    from documents
    inner join words
        on lower(documents.ocr_text) like '%' || words.word || '%'
    where coalesce(documents.kind, 'other') not in ('receipt', 'id')
    group by documents.document_id

),

-- the article that a label or packing slip names, where the order has articles to compare it with
named_articles as (

    select
        documents.document_id,
        documents.order_key,
        lower({{ json_text('documents.fields', '$.sku') }}) as sku,
    from documents
    where
        documents.kind in ('label', 'receipt')
        and documents.order_key is not null
        and {{ json_text('documents.fields', '$.sku') }} is not null

),

mismatches as (

    select named_articles.document_id
    from named_articles
    inner join {{ ref('stg_order_items') }} as order_items
        on named_articles.order_key = order_items.order_key
    group by named_articles.document_id
    having max(case when lower(order_items.sku) = named_articles.sku then 1 else 0 end) = 0

),

final as (

    select
        documents.document_id,
        documents.call_key,
        documents.order_key,
        documents.received_at,
        coalesce(documents.kind = 'damage_photo', false) or damage_words.document_id is not null as shows_damage,
        mismatches.document_id is not null as shows_other_article,
        damage_words.damage_word,
    from documents
    left join damage_words
        on documents.document_id = damage_words.document_id
    left join mismatches
        on documents.document_id = mismatches.document_id

)

select * from final

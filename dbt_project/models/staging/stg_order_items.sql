with

source as (

    select * from {{ source('raw', 'all_order_items') }}

),

renamed as (

    select
        source.order_id,
        source.order_key,
        source.line_no,
        source.sku,
        source.category,
        source.quantity,
        source.unit_price,
    from source

)

select * from renamed

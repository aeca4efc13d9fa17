-- A rule that is missing in the seed, or whose versions leave a gap, would drop what it finds without a word.
{{ config(meta={'dagster': {'ref': {'name': 'fct_order_flags'}}}) }}
with

counts as (

    select
        (select count(*) from {{ ref('int_shipment_exceptions') }}) as count_exceptions,
        (select count(*) from {{ ref('fct_shipment_exceptions') }}) as count_named_exceptions,
        (select count(*) from {{ ref('int_order_flags') }}) as count_flags,
        (select count(*) from {{ ref('fct_order_flags') }}) as count_named_flags,

)

select * from counts
where
    count_exceptions <> count_named_exceptions
    or count_flags <> count_named_flags

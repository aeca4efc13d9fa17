-- Joins on the way may neither lose a call nor double one: the mart has exactly the calls that started by as_of.
{{ config(meta={'dagster': {'ref': {'name': 'fct_calls'}}}) }}
with

counts as (

    select
        (select count(*) from {{ ref('stg_calls') }}) as count_calls,
        (select count(*) from {{ ref('fct_calls') }}) as count_rows,

)

select * from counts
where count_calls <> count_rows

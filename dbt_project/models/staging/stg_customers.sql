with

source as (

    select * from {{ source('raw', 'all_customers') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

matches as (

    select * from {{ ref('int_customer_matches') }}
    where
        record_type = 'customer'
        and customer_id <> account_id

),

-- what the CRM knows of a customer under a number of its own, where the shop says nothing
contacts as (

    select
        matches.customer_id,
        max_by(source.segment, source.source_updated_at) as segment,
        max_by(source.tier, source.source_updated_at) as tier,
        max_by(source.region, source.source_updated_at) as region,
        max_by(source.country, source.source_updated_at) as country,
        max_by(source.lifecycle_stage, source.source_updated_at) as lifecycle_stage,
        min(source.first_order_at) as first_order_at,
        max(source.churned_at) as churned_at,
        max(case when coalesce(source.email, source.phone) is not null then 1 else 0 end) = 1 as has_contact,
    from source
    inner join matches
        on source.customer_id = matches.record_id
    group by matches.customer_id

),

renamed as (

    select
        source.customer_id,
        source.customer_key,
        coalesce(source.segment, contacts.segment) as segment,
        coalesce(source.tier, contacts.tier) as tier,
        coalesce(source.region, contacts.region) as region,
        coalesce(source.country, contacts.country) as country,
        coalesce(source.lifecycle_stage, contacts.lifecycle_stage) as lifecycle_stage,
        coalesce(source.first_order_at, contacts.first_order_at) as first_order_at,
        case
            when coalesce(source.churned_at, contacts.churned_at) <= run_context.as_of
                then coalesce(source.churned_at, contacts.churned_at)
        end as churned_at,
        source.email is not null or source.phone is not null or coalesce(contacts.has_contact, false) as has_contact,
    from source
    left join contacts
        on source.customer_id = contacts.customer_id
    left join matches
        on source.customer_id = matches.record_id
    cross join run_context
    where matches.record_id is null

)

select * from renamed

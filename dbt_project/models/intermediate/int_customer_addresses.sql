with

accounts as (

    select * from {{ source('raw', 'all_identities') }}

),

-- identifiers of these are the shop's own: two of them are never taken for one person
shop_customers as (

    select
        customer_id,
        email,
        phone,
        source_updated_at,
    from {{ source('raw', 'customers') }}

    union all

    select
        customer_id,
        email,
        phone,
        source_updated_at,
    from {{ source('raw', 'shopify__customers') }}

),

shop_ids as (

    select distinct customer_id from shop_customers

),

-- an account that names its customer adds its addresses to the customer's; no address is passed on any further
told as (

    select
        customer_id,
        email,
        phone,
        source_updated_at,
    from shop_customers

    union all

    select
        accounts.customer_id,
        accounts.email,
        accounts.phone,
        accounts.source_updated_at,
    from accounts
    inner join shop_ids
        on accounts.customer_id = shop_ids.customer_id

    union all

    -- contacts that the shop does not know are customers of their own
    select
        contacts.customer_id,
        contacts.email,
        contacts.phone,
        contacts.source_updated_at,
    from {{ source('raw', 'hubspot__customers') }} as contacts
    left join shop_ids
        on contacts.customer_id = shop_ids.customer_id
    left join (select distinct email from shop_customers where email is not null) as shop_emails
        on contacts.email = shop_emails.email
    where shop_ids.customer_id is null and shop_emails.email is null

),

listed as (

    select
        'email' as kind,
        email as address_hash,
        customer_id,
        source_updated_at,
    from told
    where email is not null

    union all

    select
        'phone' as kind,
        phone as address_hash,
        customer_id,
        source_updated_at,
    from told
    where phone is not null

),

grouped as (

    select
        kind,
        address_hash,
        customer_id,
        min(source_updated_at) as first_seen_at,
        max(source_updated_at) as last_seen_at,
    from listed
    group by kind, address_hash, customer_id

)

select
    *,
    count(*) over (partition by kind, address_hash) as count_customers,
from grouped

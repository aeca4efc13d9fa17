with

addresses as (

    select * from {{ ref('int_customer_addresses') }}

),

accounts as (

    select * from {{ ref('int_account_customers') }}
    where customer_id is not null

),

household as (

    select max_customers from {{ ref('identity_rules') }}
    where method = 'phone_and_order'

),

listed as (

    select
        kind as identity_type,
        address_hash as identity_hash,
        customer_id,
        'customer' as method,
        cast(1 as double) as confidence,
        first_seen_at,
        last_seen_at,
        count_customers,
    from addresses

    union all

    -- an account's identifier stays where it is: what leaves is a hash of it
    select
        system as identity_type,
        sha256(system || ':' || account_id) as identity_hash,
        customer_id,
        method,
        confidence,
        known_since as first_seen_at,
        known_since as last_seen_at,
        1 as count_customers,
    from accounts

)

select
    listed.identity_type,
    listed.identity_hash,
    listed.customer_id,
    listed.method,
    listed.confidence,
    listed.first_seen_at,
    listed.last_seen_at,
    listed.count_customers,
    listed.count_customers <= household.max_customers as is_identity,
from listed
cross join household

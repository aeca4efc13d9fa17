with

accounts as (

    select * from {{ source('raw', 'all_identities') }}

),

addresses as (

    select * from {{ ref('int_customer_addresses') }}

),

rules as (

    select * from {{ ref('identity_rules') }}

),

shop_customers as (

    select customer_id from {{ source('raw', 'customers') }}

    union

    select customer_id from {{ source('raw', 'shopify__customers') }}

),

account_addresses as (

    select system, account_id, source_updated_at, 'email' as kind, email as address_hash from accounts

    union all

    select system, account_id, source_updated_at, 'phone' as kind, phone as address_hash from accounts

),

evidence as (

    select
        accounts.system,
        accounts.account_id,
        'external_id' as method,
        accounts.customer_id,
        accounts.source_updated_at as known_since,
        1 as count_customers,
    from accounts
    inner join shop_customers
        on accounts.customer_id = shop_customers.customer_id

    union all

    select
        account_addresses.system,
        account_addresses.account_id,
        addresses.kind as method,
        addresses.customer_id,
        greatest(account_addresses.source_updated_at, addresses.first_seen_at) as known_since,
        addresses.count_customers,
    from account_addresses
    inner join addresses
        on
            account_addresses.kind = addresses.kind
            and account_addresses.address_hash = addresses.address_hash

    union all

    select
        accounts.system,
        accounts.account_id,
        'same_id' as method,
        accounts.account_id as customer_id,
        accounts.source_updated_at as known_since,
        1 as count_customers,
    from accounts
    inner join shop_customers
        on accounts.account_id = shop_customers.customer_id

),

ruled as (

    select
        evidence.system,
        evidence.account_id,
        evidence.customer_id,
        evidence.method,
        evidence.known_since,
        rules.confidence,
        row_number() over (
            partition by evidence.system, evidence.account_id order by rules.priority, evidence.customer_id
        ) as place,
    from evidence
    inner join rules
        on evidence.method = rules.method
    where evidence.count_customers <= rules.max_customers

),

shared as (

    select
        system,
        account_id,
        max(count_customers) as count_customers,
    from evidence
    where method in ('email', 'phone')
    group by system, account_id

)

select
    accounts.system,
    accounts.account_id,
    ruled.customer_id,
    ruled.method,
    ruled.confidence,
    ruled.known_since,
    case
        when ruled.customer_id is not null then null
        when shared.count_customers > 1 then 'address_shared'
        when coalesce(accounts.email, accounts.phone) is not null then 'address_unknown'
        else 'no_address'
    end as unlinked_reason,
from accounts
left join ruled
    on
        accounts.system = ruled.system
        and accounts.account_id = ruled.account_id
        and ruled.place = 1
left join shared
    on
        accounts.system = shared.system
        and accounts.account_id = shared.account_id

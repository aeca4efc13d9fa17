with

accounts as (

    select * from {{ ref('int_account_customers') }}

),

addresses as (

    select * from {{ ref('int_customer_addresses') }}
    where kind = 'phone'

),

rules as (

    select * from {{ ref('identity_rules') }}

),

-- records of other systems that name an account there, or nobody
named as (

    select
        'ticket' as record_type,
        'zendesk' as system,
        ticket_id as record_id,
        customer_id as account_id,
        created_at as happened_at,
    from {{ source('raw', 'zendesk__tickets') }}

    union all

    select
        'ticket' as record_type,
        'gorgias' as system,
        ticket_id as record_id,
        customer_id as account_id,
        created_at as happened_at,
    from {{ source('raw', 'gorgias__tickets') }}

    union all

    select
        'message' as record_type,
        'klaviyo' as system,
        message_id as record_id,
        customer_id as account_id,
        min(source_updated_at) as happened_at,
    from {{ source('raw', 'klaviyo__messages') }}
    group by message_id, customer_id

    union all

    select
        'customer' as record_type,
        'hubspot' as system,
        customer_id as record_id,
        customer_id as account_id,
        source_updated_at as happened_at,
    from {{ source('raw', 'hubspot__customers') }}

    union all

    select
        'order' as record_type,
        'shopify' as system,
        order_id as record_id,
        'order:' || order_id as account_id,
        placed_at as happened_at,
    from {{ source('raw', 'shopify__orders') }}
    where customer_id is null

    union all

    select
        'cart' as record_type,
        'shopify' as system,
        cart_id as record_id,
        'checkout:' || cart_id as account_id,
        created_at as happened_at,
    from {{ source('raw', 'shopify__carts') }}
    where customer_id is null

),

by_account as (

    select
        named.record_type,
        named.system,
        named.record_id,
        named.account_id,
        named.happened_at,
        accounts.customer_id,
        accounts.method,
        accounts.confidence,
        accounts.known_since,
        coalesce(accounts.unlinked_reason, case when accounts.system is null then 'no_address' end) as unlinked_reason,
    from named
    left join accounts
        on
            named.system = accounts.system
            and named.account_id = accounts.account_id

),

unnamed_calls as (

    select
        calls.call_id,
        calls.phone,
        calls.started_at,
        coalesce(orders.customer_id, guests.customer_id) as order_customer_id,
        coalesce(guests.known_since, orders.placed_at) as order_known_since,
    from {{ source('raw', 'dialnexa__calls') }} as calls
    left join {{ source('raw', 'all_orders') }} as orders
        on calls.order_key = orders.order_key
    left join by_account as guests
        on
            orders.order_id = guests.record_id
            and guests.record_type = 'order'
    where calls.customer_id is null

),

-- the number's customers, one by one, with the order's customer among them or not
numbered as (

    select
        unnamed_calls.call_id,
        addresses.customer_id,
        addresses.count_customers,
        case
            when addresses.count_customers = 1 then 'phone'
            when addresses.customer_id = unnamed_calls.order_customer_id then 'phone_and_order'
        end as method,
        greatest(
            addresses.first_seen_at,
            case when addresses.count_customers > 1 then unnamed_calls.order_known_since end
        ) as known_since,
    from unnamed_calls
    inner join addresses
        on unnamed_calls.phone = addresses.address_hash

),

number_links as (

    select
        numbered.call_id,
        max(numbered.count_customers) as count_customers,
        max(rules.max_customers) as max_customers,
        max(case when numbered.count_customers <= rules.max_customers then numbered.customer_id end) as customer_id,
        max(case when numbered.count_customers <= rules.max_customers then numbered.method end) as method,
        max(case when numbered.count_customers <= rules.max_customers then numbered.known_since end) as known_since,
    from numbered
    left join rules
        on numbered.method = rules.method
    group by numbered.call_id

),

-- an order says whose it is only where its caller's number does not say that it was somebody else's
linked_calls as (

    select
        unnamed_calls.call_id,
        unnamed_calls.started_at,
        case
            when number_links.customer_id is not null then number_links.method
            when
                unnamed_calls.order_customer_id is not null
                and coalesce(number_links.count_customers > household.max_customers, true)
                then 'order'
        end as method,
        coalesce(
            number_links.customer_id,
            case
                when coalesce(number_links.count_customers > household.max_customers, true)
                    then unnamed_calls.order_customer_id
            end
        ) as customer_id,
        coalesce(number_links.known_since, unnamed_calls.order_known_since) as known_since,
        case
            when number_links.count_customers > household.max_customers then 'number_of_too_many'
            when number_links.count_customers > 1 then 'address_shared'
            when unnamed_calls.phone is not null then 'address_unknown'
            else 'no_address'
        end as reason,
    from unnamed_calls
    left join number_links
        on unnamed_calls.call_id = number_links.call_id
    cross join (select max_customers from rules where method = 'phone_and_order') as household

),

matches as (

    select
        record_type,
        system,
        record_id,
        account_id,
        happened_at,
        customer_id,
        method,
        confidence,
        known_since,
        unlinked_reason,
    from by_account

    union all

    select
        'call' as record_type,
        'dialnexa' as system,
        linked_calls.call_id as record_id,
        null as account_id,
        linked_calls.started_at as happened_at,
        linked_calls.customer_id,
        linked_calls.method,
        rules.confidence,
        case when linked_calls.customer_id is not null then linked_calls.known_since end as known_since,
        case when linked_calls.customer_id is null then linked_calls.reason end as unlinked_reason,
    from linked_calls
    left join rules
        on linked_calls.method = rules.method

),

-- two helpdesks may give one number twice, as the tickets themselves are one row for each number
placed as (

    select
        *,
        row_number() over (
            partition by record_type, record_id order by happened_at desc, system, account_id
        ) as place,
    from matches

)

select
    * exclude (place),
    {{ text_hash('customer_id') }} as customer_key,
    coalesce(known_since > happened_at, false) as is_learned_later,
from placed
where place = 1

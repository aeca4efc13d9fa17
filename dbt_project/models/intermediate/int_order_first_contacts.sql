with

contacts as (

    select * from {{ ref('int_contacts') }}
    where is_contact

),

orders as (

    select * from {{ ref('int_orders') }}

),

final as (

    select
        orders.order_key,
        min(contacts.started_at) as first_contact_at,
        count(*) as count_contacts,
    from contacts
    inner join orders
        on contacts.order_key = orders.order_key
    where contacts.started_at >= orders.placed_at
    group by orders.order_key

)

select * from final

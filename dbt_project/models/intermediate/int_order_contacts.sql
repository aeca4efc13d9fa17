with

contacts as (

    select * from {{ ref('int_contacts') }}
    where is_contact

),

orders as (

    select * from {{ ref('int_orders') }}

),

-- half-open at the far end would lose a contact at exactly 720 h: windows include their end, as everywhere
final as (

    select
        contacts.contact_key,
        orders.order_key,
        {{ hours_between('orders.placed_at', 'contacts.started_at') }} as hours_after_placing,
        coalesce(contacts.stated_reason_group = 'WISMO', false) as is_status_check,
    from contacts
    inner join orders
        on contacts.order_key = orders.order_key
    where
        contacts.started_at >= orders.placed_at
        and {{ hours_between('orders.placed_at', 'contacts.started_at') }} <= 720

)

select * from final

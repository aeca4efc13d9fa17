-- Orders out of the carts of carts.sql: the template, moved to the customer and the time of the cart.
insert into orders_sim by name
with

bought as (
    select
        t.*,
        epoch_us(t.ordered_at) - epoch_us(o.placed_at) as moved_us,
        o.* exclude (order_no, customer_no, segment, issued_code, checkout_token)
    from truth_carts as t
    inner join orders_sim as o on t.template_order_no = o.order_no
    where t.ordered_at is not null
)

select
    * exclude (
        cart_id, cart_key, template_order_no, customer_id, arm, has_contact, has_error, is_natural, is_caused, abandoned_at,
        first_attempt_at, reached_at, has_offer, ordered_at, used_code, moved_us
    ) replace (
        ordered_at as placed_at,
        make_timestamp(epoch_us(ship_by) + moved_us) as ship_by,
        make_timestamp(epoch_us(promise_at) + moved_us) as promise_at,
        make_timestamp(epoch_us(label_at) + moved_us) as label_at,
        make_timestamp(epoch_us(handover_at) + moved_us) as handover_at,
        make_timestamp(epoch_us(hub_at) + moved_us) as hub_at,
        make_timestamp(epoch_us(second_hub_at) + moved_us) as second_hub_at,
        make_timestamp(epoch_us(out_at) + moved_us) as out_at,
        make_timestamp(epoch_us(attempt_at) + moved_us) as attempt_at,
        make_timestamp(epoch_us(delivered_at) + moved_us) as delivered_at,
        if(
            draw(cart_key, 'refunded') < getvariable('carts_bought_refunded'),
            make_timestamp(epoch_us(delivered_at) + moved_us + 86400000000), null
        ) as refund_requested_at,
        if(
            draw(cart_key, 'refunded') < getvariable('carts_bought_refunded'),
            make_timestamp(epoch_us(delivered_at) + moved_us + 172800000000), null
        ) as refund_approved_at,
        if(
            draw(cart_key, 'refunded') < getvariable('carts_bought_refunded'),
            make_timestamp(epoch_us(delivered_at) + moved_us + 345600000000), null
        ) as refund_paid_at
    ),
    customer_segment(customer_no) as segment,
    used_code as issued_code
from bought
order by order_no;

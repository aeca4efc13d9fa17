with recursive

abandonments as (

    select
        cart_id,
        customer_key,
        {{ epoch_micros('abandoned_at') }} as at_us,
    from {{ ref('int_cart_abandonments') }}
    where is_qualifying

),

-- an abandonment more than 7 days after the one before begins an episode whatever came earlier, and starts a chain
gaps as (

    select
        *,
        lag(at_us) over (partition by customer_key order by at_us, cart_id) as previous_us,
    from abandonments

),

chains as (

    select
        *,
        sum(case when at_us - previous_us <= 604800000000 then 0 else 1 end) over (
            partition by customer_key
            order by at_us, cart_id
            rows between unbounded preceding and current row
        ) as chain_no,
    from gaps

),

points as (

    select
        customer_key,
        chain_no,
        at_us,
        min(at_us) over (
            partition by customer_key, chain_no
            order by at_us
            range between 604800000001 following and unbounded following
        ) as next_us,
        row_number() over (partition by customer_key, chain_no order by at_us) as point_no,
    from (select distinct customer_key, chain_no, at_us from chains) as instants

),

-- within a chain the next episode begins with the first abandonment later than 7 days after its predecessor's first
anchors as (

    select
        customer_key,
        chain_no,
        at_us,
        next_us,
    from points
    where point_no = 1

    union all

    select
        points.customer_key,
        points.chain_no,
        points.at_us,
        points.next_us,
    from anchors
    inner join points
        on
            anchors.customer_key = points.customer_key
            and anchors.chain_no = points.chain_no
            and anchors.next_us = points.at_us

),

anchored as (

    select
        chains.cart_id,
        chains.customer_key,
        chains.at_us,
        max(anchors.at_us) over (
            partition by chains.customer_key
            order by chains.at_us
            range between unbounded preceding and current row
        ) as episode_us,
    from chains
    left join anchors
        on
            chains.customer_key = anchors.customer_key
            and chains.at_us = anchors.at_us

),

final as (

    select
        cart_id,
        customer_key,
        first_value(cart_id) over (
            partition by customer_key, episode_us
            order by at_us, cart_id
            rows between unbounded preceding and unbounded following
        ) as episode_id,
        row_number() over (partition by customer_key, episode_us order by at_us, cart_id) as cart_no,
    from anchored

)

select * from final

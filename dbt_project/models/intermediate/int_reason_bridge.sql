with

bridge as (

    select * from {{ ref('reason_bridge') }}

),

-- the weights laid end to end: a call belongs to the present code in whose stretch its draw falls
final as (

    select
        from_version,
        from_code,
        to_code,
        weight,
        sum(weight) over (
            partition by from_version, from_code
            order by to_code
            rows between unbounded preceding and current row
        ) - weight as draw_from,
        sum(weight) over (
            partition by from_version, from_code
            order by to_code
            rows between unbounded preceding and current row
        ) as draw_to,
    from bridge

)

select * from final

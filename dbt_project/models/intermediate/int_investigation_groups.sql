with

exceptions as (

    select * from {{ ref('fct_order_exceptions') }}

),

-- exceptions of one order and type belong together while no more than 14 days lie between two openings
compared as (

    select
        exceptions.*,
        lag(exceptions.opened_at) over (
            partition by exceptions.order_key, exceptions.exception_type
            order by exceptions.opened_at, exceptions.exception_id
        ) as previous_opened_at,
    from exceptions

),

numbered as (

    select
        compared.*,
        sum(case when {{ hours_between('previous_opened_at', 'opened_at') }} <= 336 then 0 else 1 end) over (
            partition by order_key, exception_type
            order by opened_at, exception_id
            rows between unbounded preceding and current row
        ) as group_no,
    from compared

),

ranked as (

    select
        numbered.*,
        sum(count_investigations) over (partition by order_key, exception_type, group_no) as investigations_of_group,
        count(*) over (partition by order_key, exception_type, group_no) as exceptions_of_group,
        row_number() over (
            partition by order_key, exception_type, group_no
            order by opened_at, exception_id
        ) as place,
    from numbered

),

-- the first exception gives the group its week and its dimensions
final as (

    select
        exception_id as first_exception_id,
        order_id,
        exception_type,
        opened_at,
        week_start_date,
        source,
        segment,
        owner,
        carrier,
        region,
        warehouse,
        product_category,
        delivery_stage,
        phase,
        cast(exceptions_of_group as bigint) as count_exceptions,
        cast(investigations_of_group as bigint) as count_investigations,
        investigations_of_group > 1 as is_investigated_twice,
    from ranked
    where place = 1

)

select * from final

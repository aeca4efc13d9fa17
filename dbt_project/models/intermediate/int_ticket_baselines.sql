with

units as (

    select * from {{ ref('int_ticket_contacts') }}
    where period in ('baseline', 'trial')

),

scopes as (

    select * from {{ ref('int_launch_scopes') }}

),

-- a week counts when contacts were recorded from its first day on: what nobody recorded is no quiet week
spans as (

    select
        scopes.scope_id,
        least(
            floor(max({{ hours_between('scopes.baseline_from', 'scopes.go_live_at') }}) / 168),
            floor((max({{ hours_between('units.started_at', 'scopes.go_live_at') }}) + 24) / 168)
        ) as count_weeks,
    from units
    inner join scopes
        on units.scope_id = scopes.scope_id
    where units.is_contact
    group by scopes.scope_id

),

ticket_weeks as (

    select
        units.scope_id,
        units.weeks_before_launch,
        sum(case when units.period = 'baseline' then units.count_tickets else 0 end) as count_tickets,
    from units
    group by
        units.scope_id,
        units.weeks_before_launch

),

order_weeks as (

    select
        orders.scope_id,
        orders.weeks_before_launch,
        sum(orders.count_orders) as count_orders,
    from {{ ref('int_ticket_orders') }} as orders
    where orders.weeks_before_launch is not null
    group by
        orders.scope_id,
        orders.weeks_before_launch

),

weeks as (

    select
        spans.scope_id,
        spans.count_weeks,
        order_weeks.count_orders,
        coalesce(ticket_weeks.count_tickets, 0) as count_tickets,
        sum(order_weeks.count_orders) over (partition by spans.scope_id) as all_orders,
        sum(coalesce(ticket_weeks.count_tickets, 0)) over (partition by spans.scope_id) as all_tickets,
    from spans
    inner join order_weeks
        on spans.scope_id = order_weeks.scope_id
    left join ticket_weeks
        on
            order_weeks.scope_id = ticket_weeks.scope_id
            and order_weeks.weeks_before_launch = ticket_weeks.weeks_before_launch
    where order_weeks.weeks_before_launch < spans.count_weeks

),

-- Pearson's chi square of the weeks over their degrees of freedom: 1 where tickets come as by chance, never below it
final as (

    select
        scope_id,
        cast(max(count_weeks) as bigint) as count_weeks,
        cast(max(all_orders) as bigint) as count_orders,
        cast(max(all_tickets) as bigint) as count_tickets,
        {{ settled("greatest(1.0, coalesce(
            sum(power(count_tickets - all_tickets * count_orders / all_orders, 2) / (all_tickets * count_orders / all_orders))
            / nullif(max(count_weeks) - 1, 0), 1.0
        ))") }} as dispersion,
    from weeks
    where all_tickets > 0
    group by scope_id

)

select * from final
where count_weeks >= {{ fewest_baseline_weeks() }}

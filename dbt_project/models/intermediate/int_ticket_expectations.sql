{#
    M-07b. Tickets now against those that today's orders, with today's mix of reasons and stages, would have made before the
    launch: per scope expected = orders x (contacts per order then) x (tickets per contact then, mean over today's contacts).
#}
with

baselines as (

    select * from {{ ref('int_ticket_baselines') }}

),

units as (

    select * from {{ ref('int_ticket_units') }}

),

orders as (

    select
        orders.*,
        baselines.count_weeks,
    from {{ ref('int_ticket_orders') }} as orders
    inner join baselines
        on orders.scope_id = baselines.scope_id
    where orders.week_start_date is not null or orders.weeks_before_launch < baselines.count_weeks

),

now_sliced as (

    select
        scope_id,
        week_start_date,
        stratum_reason,
        stratum_stage,
        {{ slice_bits(['source', 'segment']) }},
        source,
        segment,
        sum(case when is_contact then 1 else 0 end) as count_contacts,
        sum(count_tickets) as count_tickets,
    from units
    where period = 'now'
    group by {{ slice_grouping(['source', 'segment'], ['scope_id', 'week_start_date', 'stratum_reason', 'stratum_stage']) | indent(4) }}

),

now_cells as (

    select
        scope_id, week_start_date, stratum_reason, stratum_stage,
        slice_bits, coalesce(source, '(all)') as source, coalesce(segment, '(all)') as segment,
        cast(count_contacts as double) as count_contacts,
        cast(count_tickets as double) as count_tickets,
    from now_sliced

),

then_sliced as (

    select
        scope_id,
        stratum_reason,
        stratum_stage,
        {{ slice_bits(['source', 'segment']) }},
        source,
        segment,
        sum(case when is_contact and period = 'baseline' then 1 else 0 end) as count_contacts,
        sum(case when period = 'baseline' then count_tickets else 0 end) as count_tickets,
        -- calls of a trial are no baseline of the handling, but they were customers who called
        sum(case when is_contact then 1 else 0 end) as count_customers_contacts,
    from units
    where period <> 'now'
    group by {{ slice_grouping(['source', 'segment'], ['scope_id', 'stratum_reason', 'stratum_stage']) | indent(4) }}

),

then_cells as (

    select
        scope_id, stratum_reason, stratum_stage,
        slice_bits, coalesce(source, '(all)') as source, coalesce(segment, '(all)') as segment,
        cast(count_contacts as double) as count_contacts,
        cast(count_tickets as double) as count_tickets,
        cast(count_customers_contacts as double) as count_customers_contacts,
    from then_sliced

),

then_totals as (

    select
        scope_id, slice_bits, source, segment,
        sum(count_customers_contacts) as count_contacts,
        sum(count_tickets) as count_tickets,
    from then_cells
    group by scope_id, slice_bits, source, segment

),

order_cells as (

    select
        scope_id,
        week_start_date,
        coalesce(segment, '(all)') as segment,
        cast(sum(count_orders) as double) as count_orders,
    from orders
    group by grouping sets ((scope_id, week_start_date), (scope_id, week_start_date, segment))

),

-- strata that the baseline knows: elsewhere nobody can say what there would have been
scope_cells as (

    select
        now_cells.scope_id,
        now_cells.week_start_date,
        now_cells.slice_bits,
        now_cells.source,
        now_cells.segment,
        sum(now_cells.count_contacts) as count_contacts,
        sum(now_cells.count_tickets) as all_tickets,
        sum(case when then_cells.count_contacts > 0 then now_cells.count_contacts else 0 end) as covered_contacts,
        sum(case when then_cells.count_contacts > 0 then now_cells.count_tickets else 0 end) as count_tickets,
        sum(case
            when then_cells.count_contacts > 0
                then now_cells.count_contacts * then_cells.count_tickets / then_cells.count_contacts
        end) as tickets_of_mix,
        sum(case
            when then_cells.count_contacts > 0
                then power(now_cells.count_contacts / then_cells.count_contacts, 2) * then_cells.count_tickets
        end) as variance_of_mix,
    from now_cells
    left join then_cells
        on
            now_cells.scope_id = then_cells.scope_id
            and now_cells.stratum_reason = then_cells.stratum_reason
            and now_cells.stratum_stage = then_cells.stratum_stage
            and now_cells.slice_bits = then_cells.slice_bits
            and now_cells.source = then_cells.source
            and now_cells.segment = then_cells.segment
    group by
        now_cells.scope_id,
        now_cells.week_start_date,
        now_cells.slice_bits,
        now_cells.source,
        now_cells.segment

),

-- how many contacts of today one contact of the baseline stands for, so that fewer contacts per order count as deflected too
scaled as (

    select
        scope_cells.*,
        baselines.dispersion,
        baselines.count_weeks,
        orders_now.count_orders,
        then_totals.count_tickets as baseline_tickets,
        orders_now.count_orders * then_totals.count_tickets / orders_then.count_orders as crude_expected,
        orders_now.count_orders * then_totals.count_contacts
        / (orders_then.count_orders * nullif(scope_cells.count_contacts, 0)) as scale,
    from scope_cells
    inner join baselines
        on scope_cells.scope_id = baselines.scope_id
    left join then_totals
        on
            scope_cells.scope_id = then_totals.scope_id
            and scope_cells.slice_bits = then_totals.slice_bits
            and scope_cells.source = then_totals.source
            and scope_cells.segment = then_totals.segment
    left join order_cells as orders_now
        on
            scope_cells.scope_id = orders_now.scope_id
            and scope_cells.week_start_date = orders_now.week_start_date
            and scope_cells.segment = orders_now.segment
    left join (
        select scope_id, segment, count_orders
        from order_cells
        where week_start_date is null
    ) as orders_then
        on
            scope_cells.scope_id = orders_then.scope_id
            and scope_cells.segment = orders_then.segment

)

select
    scope_id,
    week_start_date,
    slice_bits,
    source,
    segment,
    dispersion,
    cast(count_weeks as bigint) as count_weeks,
    cast(count_contacts as bigint) as count_contacts,
    cast(all_tickets as bigint) as count_tickets,
    cast(case when scale is not null then covered_contacts else 0 end as bigint) as count_contacts_compared,
    cast(case when scale is not null then count_tickets else 0 end as bigint) as count_tickets_compared,
    cast(coalesce(baseline_tickets, 0) as bigint) as count_baseline_tickets,
    cast(coalesce(count_orders, 0) as bigint) as count_orders,
    {{ settled('coalesce(scale * tickets_of_mix, 0.0)') }} as expected_tickets,
    {{ settled('coalesce(dispersion * scale * scale * variance_of_mix, 0.0)') }} as expected_variance,
    {{ settled('coalesce(crude_expected, 0.0)') }} as crude_expected_tickets,
from scaled

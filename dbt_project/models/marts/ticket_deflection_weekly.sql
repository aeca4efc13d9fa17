with

expectations as (

    select * from {{ ref('int_ticket_expectations') }}

),

run_context as (

    select * from {{ ref('stg_run_context') }}

),

-- scopes that went live at different times are added: each is held against its own weeks before
summed as (

    select
        week_start_date,
        slice_bits,
        source,
        segment,
        count(*) as count_scopes,
        min(count_weeks) as count_baseline_weeks,
        cast(sum(count_baseline_tickets) as bigint) as count_baseline_tickets,
        max(count_orders) as count_orders,
        cast(sum(count_contacts) as bigint) as count_contacts,
        cast(sum(count_tickets) as bigint) as count_tickets,
        cast(sum(count_contacts_compared) as bigint) as count_contacts_compared,
        cast(sum(count_tickets_compared) as bigint) as count_tickets_compared,
        sum(expected_tickets) as expected_tickets,
        sum(crude_expected_tickets) as crude_expected_tickets,
        sum(expected_variance) as expected_variance,
        -- of no ticket at all, half a ticket: a logarithm of 0 says nothing
        greatest(sum(dispersion * count_tickets_compared), 0.5 * max(dispersion)) as tickets_variance,
        greatest(cast(sum(count_tickets_compared) as double), 0.5) as counted_tickets,
    from expectations
    group by
        week_start_date,
        slice_bits,
        source,
        segment

),

with_error as (

    select
        *,
        count_baseline_tickets >= {{ fewest_baseline_tickets() }} and expected_tickets > 0 as is_compared,
        sqrt(
            tickets_variance / power(counted_tickets, 2)
            + expected_variance / nullif(power(expected_tickets, 2), 0)
        ) as log_error,
    from summed

)

select
    with_error.week_start_date,
    case slice_bits
        when 3 then 'all'
        when 1 then 'source'
        when 2 then 'segment'
        else 'source+segment'
    end as slice_by,
    with_error.source,
    with_error.segment,
    with_error.count_scopes,
    with_error.count_baseline_weeks,
    with_error.count_baseline_tickets,
    with_error.count_orders,
    with_error.count_contacts,
    with_error.count_tickets,
    with_error.count_tickets_compared,
    with_error.count_contacts_compared / cast(with_error.count_contacts as double) as mix_coverage,
    case when is_compared then expected_tickets end as expected_tickets,
    case when is_compared then count_tickets_compared * 1000.0 / count_orders end as tickets_per_1000_orders,
    case when is_compared then expected_tickets * 1000.0 / count_orders end as baseline_tickets_per_1000_orders,
    case when is_compared and crude_expected_tickets > 0 then 1 - count_tickets / crude_expected_tickets end
        as crude_deflection,
    case when is_compared then {{ settled('1 - count_tickets_compared / expected_tickets') }} end as deflection,
    case
        when is_compared
            then {{ settled('1 - counted_tickets / expected_tickets * exp(' ~ z95() ~ ' * log_error)') }}
    end as ci_low,
    case
        when not is_compared then null
        when count_tickets_compared = 0 then 1.0
        else {{ settled('1 - counted_tickets / expected_tickets * exp(-' ~ z95() ~ ' * log_error)') }}
    end as ci_high,
    case when {{ week_end_at('with_error.week_start_date') }} <= run_context.as_of then 'final' else 'provisional' end
        as maturity,
from with_error
cross join run_context
where with_error.count_contacts > 0

{#
    Kaplan and Meier in windows, for every slice at once. Units are first folded by (week, slice, duration), so the windows
    run over distinct durations. At equal durations events come before censorings: a unit censored at t is still at risk
    at t. Needs CTEs named units (metric_id, week_start_date, dimensions, duration, is_event, is_whole_window) and yields
    CTEs named steps, at_risk and curves.
#}
{% macro survival_ctes(dimensions) -%}
steps as (

    select
        metric_id,
        week_start_date,
        {{ slice_bits(dimensions) }},
        {{ dimensions | join(', ') }},
        duration,
        count(*) as count_units,
        cast(sum(is_event) as bigint) as count_events,
        max(is_whole_window) as is_whole_window,
    from units
    group by {{ slice_grouping(dimensions, ['metric_id', 'week_start_date', 'duration']) | indent(4) }}

),

-- one integer stands for the cell: the windows sort by it and not by a dozen texts
keyed as (

    select
        *,
        {{ row_hash(['metric_id'] + dimensions) }} as cell_hash,
    from steps

),

at_risk as (

    select
        *,
        cast(sum(count_units) over (
            partition by week_start_date, slice_bits, cell_hash
            order by duration desc
            rows between unbounded preceding and current row
        ) as bigint) as count_at_risk,
    from keyed

),

-- survival is exactly 0 once everybody at risk had the event: ln of 0 is never taken. Twelve decimals are kept, so that
-- a curve that stands at one half is at one half, whatever the last bits of its logarithms are.
curves as (

    select
        *,
        case
            when
                max(case when count_events = count_at_risk then 1 else 0 end) over so_far = 1
                then 0.0
            else round(exp(sum(
                case
                    when count_events = 0 or count_events = count_at_risk then 0.0
                    else ln(1 - count_events / cast(count_at_risk as double))
                end
            ) over so_far), 12)
        end as survival,
        sum(
            case
                when count_events = count_at_risk then 0.0
                else count_events / (cast(count_at_risk as double) * (count_at_risk - count_events))
            end
        ) over so_far as greenwood_sum,
    from at_risk
    window so_far as (
        partition by week_start_date, slice_bits, cell_hash
        order by duration
        rows between unbounded preceding and current row
    )

)
{%- endmacro %}

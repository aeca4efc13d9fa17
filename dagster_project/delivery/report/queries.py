"""Every SQL statement of the weekly report, in one place. Nothing here computes a metric."""

RUN_CONTEXT = """
    select
        run_id,
        whycall_version,
        taxonomy_version,
        model_version,
        snapshot_id,
        reporting_timezone,
        as_of at time zone reporting_timezone as as_of_local,
        date_trunc('week', as_of at time zone reporting_timezone)::date as as_of_week
    from ops.run_context
"""

# A week is complete when its last instant in the reporting time zone has passed.
REPORT_WEEK = """
    select
        max(calls.week_start_date) filter (
            where
                timezone(
                    run.reporting_timezone, (calls.week_start_date + interval 7 day)::timestamp
                ) <= run.as_of
        ) as last_complete,
        max(calls.week_start_date) as latest
    from marts.fct_calls as calls
    cross join ops.run_context as run
"""

METRICS = "select * from marts.dim_metrics order by metric_id"

# Whether a value compares with finished weeks. A young week does where its estimate allows for
# the unfinished cases, or where a case is complete at once and the value is no volume. A
# truncated estimate is a lower bound and compares with nothing.
IS_COMPARABLE = """
    weekly.value is not null
        and not weekly.is_truncated
        and (
            weekly.maturity = 'final'
            or registry.kind in ('survival', 'recurrence', 'duration')
            or (
                registry.window_hours = 0
                and registry.kind in ('proportion', 'mean', 'weighted', 'ratio', 'deflection')
            )
        )
"""

REASON_CODES = "select * from marts.dim_reason_codes"

# One row per metric and week, unsliced. $first_week and $week are Mondays, both included.
TREND = f"""
    select
        weekly.*,
        ({IS_COMPARABLE}) as is_comparable,
    from marts.metric_weekly as weekly
    inner join marts.dim_metrics as registry using (metric_id, metric_version)
    where
        weekly.slice_by = 'all'
        and weekly.week_start_date between $first_week and $week
    order by metric_id, week_start_date
"""

# One row per metric and slice cell: the week, the week before, and the four weeks before pooled.
# The pooled value is the mean of the weekly values weighted by their denominators, which for a
# plain ratio is the ratio of the sums.
CELLS = f"""
    with weeks as (
        select
            weekly.*,
            ({IS_COMPARABLE}) as is_comparable,
            registry.kind in ('proportion', 'survival') as is_share,
            weekly.week_start_date = $week as is_week,
            weekly.week_start_date < $week
                and ({IS_COMPARABLE}) as is_base,
        from marts.metric_weekly as weekly
        inner join marts.dim_metrics as registry using (metric_id, metric_version)
        where
            list_contains($metrics, weekly.metric_id)
            and list_contains($slices, weekly.slice_by)
            and weekly.week_start_date between $week::date - 28 and $week
    )

    select
        metric_id,
        slice_by,
        segment,
        carrier,
        region,
        delivery_stage,
        reason_code,
        source,
        owner,
        outcome,
        warehouse,
        product_category,
        phase,
        max(numerator) filter (where is_week) as numerator,
        max(denominator) filter (where is_week) as denominator,
        max(value) filter (where is_week) as value,
        max(ci_low) filter (where is_week) as ci_low,
        max(ci_high) filter (where is_week) as ci_high,
        max(maturity) filter (where is_week) as maturity,
        coalesce(bool_or(is_rankable) filter (where is_week), false) as is_rankable,
        coalesce(bool_or(is_comparable) filter (where is_week), false)
            as is_comparable,
        coalesce(bool_or(is_truncated) filter (where is_week), false) as is_truncated,
        bool_and(is_share) as is_share,
        max(value) filter (where week_start_date = $week::date - 7) as previous_value,
        max(denominator) filter (where week_start_date = $week::date - 7) as previous_denominator,
        count(*) filter (where is_base) as base_weeks,
        sum(numerator) filter (where is_base) as base_numerator,
        sum(denominator) filter (where is_base) as base_denominator,
        sum(value * denominator) filter (where is_base)
            / nullif(sum(denominator) filter (where is_base), 0) as base_value,
        sqrt(sum(pow(denominator * (ci_high - ci_low), 2)) filter (where is_base))
            / nullif(sum(denominator) filter (where is_base), 0) as base_width,
    from weeks
    group by all
    order by all
"""

# Tables of the warehouse that hold units of a metric, to find the calls behind a figure.
COLUMNS = """
    select schema_name, table_name, column_name
    from duckdb_columns()
    where schema_name in ('marts', 'intermediate')
    order by all
"""

MARTS = "select distinct table_name from duckdb_columns() where schema_name = 'marts'"

TABLE_ROWS = """
    select
        count(*) as count_rows,
        {week_rows} as count_week,
    from marts.{table}
"""

# Real changes first, those that brought most calls before the others.
FEEDBACK = """
    select *
    from marts.ops_feedback
    where week_start_date = $week
    order by is_real desc, abs(excess_volume) desc nulls last, owner, party, reason_code
"""

EXTRA = """
    select {columns}
    from marts.{table}
    where {where}
    order by {order}
    limit {most}
"""

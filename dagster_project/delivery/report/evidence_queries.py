"""The SQL that finds the calls behind a figure. The conditions come from the registry of the metrics."""

# Units of a metric that are calls, of the week and of the four weeks before.
UNITS = """
    select distinct call_id, {week} as week_start_date
    from {table}
    where
        {week} between $week::date - 28 and $week
        and {where}
"""

# Units that are orders or shipments: the calls about them in the same week.
UNITS_BY_ORDER = """
    select distinct calls.call_id, calls.week_start_date
    from marts.fct_calls as calls
    inner join (
        select distinct order_id, {week} as week_start_date
        from {table}
        where
            {week} between $week::date - 28 and $week
            and {where}
    ) as orders using (order_id, week_start_date)
    where calls.is_engaged_inbound
"""

BEHIND_REASONS = """
    select
        calls.reason_code,
        count(*) filter (where units.week_start_date = $week) as calls,
        count(*) filter (where units.week_start_date < $week) as calls_before,
    from ({units}) as units
    inner join marts.fct_calls as calls using (call_id)
    group by all
    order by calls desc, reason_code
"""

# Three calls of different customers, those first whose words and records are surest. No customer leaves.
BEHIND_CALLS = """
    select
        calls.call_id,
        calls.reason_evidence,
        calls.reason_code,
    from ({units}) as units
    inner join marts.fct_calls as calls using (call_id)
    where units.week_start_date = $week
    qualify
        row_number() over (
            partition by coalesce(calls.customer_id, calls.call_id)
            order by calls.reason_confidence desc nulls last, calls.call_id
        ) = 1
    order by
        calls.reason_evidence is null,
        coalesce(calls.reason_claim, '') <> 'confirmed',
        calls.reason_confidence desc nulls last,
        calls.call_id
    limit 3
"""

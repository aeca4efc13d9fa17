"""Whether two builds hold the same figures: check sums per metric and slice, and of every call."""

import math
from pathlib import Path

import duckdb

_METRICS = """
select
    metric_id || ' by ' || slice_by as subject,
    count(*) as cells,
    sum(numerator) as numerators,
    sum(denominator) as denominators,
    sum(value) as sum_of_values,
    sum(ci_low) as sum_of_low_bounds,
    sum(ci_high) as sum_of_high_bounds,
    sum(median) as sum_of_medians,
    sum(p90) as sum_of_p90,
    sum(sd) as sum_of_sd,
    count(*) filter (maturity = 'final') as final_cells,
from {build}.marts.metric_weekly
group by all
"""

_CALLS = """
select
    'fct_calls' as subject,
    count(*) as calls,
    bit_xor(hash(
        call_id, week_start_date, source, segment, owner, outcome, carrier, region, warehouse,
        product_category, delivery_stage, reason_code, phase
    )) as dimensions,
    bit_xor(hash(
        call_id, is_engaged, call_outcome, is_contained_technical, is_contained_functional,
        is_contained_verified, is_escalated, is_repeated_within_7d, created_ticket,
        has_ticket_within_72h, owes_update, stated_reason_group, stated_reason_code,
        verified_reason_code, reason_claim
    )) as verdicts,
    sum(handle_seconds) as handle_seconds,
    sum(repeat_followup_hours) as followup_hours,
    sum(minutes_to_update) as minutes_to_update,
from {build}.marts.fct_calls
"""

_CONTACTS = """
select
    'fct_contacts' as subject,
    count(*) as contacts,
    bit_xor(hash(contact_id, repeat_any, repeat_same_issue, is_reconnect, reason_code)) as verdicts,
    sum(repeat_any_hours) as hours_any,
    sum(repeat_same_issue_hours) as hours_same_issue,
from {build}.marts.fct_contacts
"""


def differences(left: Path, right: Path) -> list[str]:
    """Return a line per check sum in which two build files differ.

    Args:
        left: build file of the dbt project.
        right: build file of the hand-written SQL.
    """
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as con:
        con.execute("set timezone = 'UTC'")
        con.execute(f"attach '{left}' as left_build (read_only)")
        con.execute(f"attach '{right}' as right_build (read_only)")
        return [
            line
            for query in (_METRICS, _CALLS, _CONTACTS)
            for line in _compare(
                _sums(con, query.format(build="left_build")),
                _sums(con, query.format(build="right_build")),
            )
        ]


def _sums(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, dict[str, float | None]]:
    result = con.execute(query)
    names = [column[0] for column in result.description]
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in result.fetchall()}


def _compare(left: dict[str, dict[str, float | None]], right: dict[str, dict[str, float | None]]) -> list[str]:
    lines = [f"{subject}: only in one of the two" for subject in sorted(left.keys() ^ right.keys())]
    for subject in sorted(left.keys() & right.keys()):
        for name, value in left[subject].items():
            other = right[subject][name]
            if not _is_same(value, other):
                lines.append(f"{subject}: {name} {value} by dbt, {other} by hand")
    return lines


def _is_same(value: float | None, other: float | None) -> bool:
    if isinstance(value, float) and isinstance(other, float):
        # the two add floats up in another order
        return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9)
    return value == other

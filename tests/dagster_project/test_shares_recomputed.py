"""Shares corrected by the audit agree with a recomputation; their intervals with a bootstrap of its own."""

from __future__ import annotations

from random import Random

import pytest

from tests.recompute.product_run import Published, Table
from tests.recompute.shares import corrected, intervals, window


@pytest.fixture(scope="module")
def calls(published) -> Table:
    """What the classifier said and the audit found, call by call."""
    return Published(published).table("intermediate.int_audit_calls")


@pytest.fixture(scope="module")
def theirs(published) -> Table:
    """The published shares that are corrected."""
    rows = Published(published).table("marts.reason_shares_weekly")
    return [row for row in rows if row["corrected_share"] is not None]


def test_corrected_shares(calls, theirs) -> None:
    """Every week and code."""
    ours = corrected(calls)
    assert {row["week_start_date"] for row in theirs} == ours.keys()
    for row in theirs:
        mine = ours[row["week_start_date"]].get(row["reason_code"], 0.0)
        assert row["corrected_share"] == pytest.approx(mine, abs=1e-6), row


def test_intervals_are_those_of_another_bootstrap(calls, theirs) -> None:
    """Two bootstraps of 200 draws differ by chance; on average their bounds lie close, and neither is wider."""
    week = max(row["week_start_date"] for row in theirs)
    of_week = [row for row in calls if row["week_start_date"] == week]
    ours = intervals(of_week, window(calls, week), Random(3))
    rows = [row for row in theirs if row["week_start_date"] == week and row["reason_code"] in ours]
    widths = [row["ci_high"] - row["ci_low"] for row in rows]
    mine = [ours[row["reason_code"]] for row in rows]
    gaps = [abs(row["ci_low"] - low) + abs(row["ci_high"] - high) for row, (low, high) in zip(rows, mine, strict=True)]
    assert len(rows) > 20
    assert sum(gaps) < 0.2 * sum(widths)
    assert sum(high - low for low, high in mine) == pytest.approx(sum(widths), rel=0.1)

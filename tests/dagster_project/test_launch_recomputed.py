"""Launch phases agree with a recomputation from the published calls, contacts and episodes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.recompute.comparison import report, value_differences
from tests.recompute.launch import Unit, phases
from tests.recompute.product_run import Published

Row = dict[str, Any]
# metric -> the fact, whether its value is a share, which rows are its units, and what each counts
METRICS: dict[str, tuple[str, bool, Any, Any]] = {
    "M-04": ("contacts", True, lambda row: row["followup_hours"] >= 168, lambda row: row["repeat_same_issue"]),
    "M-04any": ("contacts", True, lambda row: row["followup_hours"] >= 168, lambda row: row["repeat_any"]),
    "M-04r": ("contacts", True, lambda row: True, lambda row: row["is_reconnect"]),
    "M-05a": ("contact_episodes", False, lambda row: row["is_closed"], lambda row: row["count_contacts"]),
    "M-05b": ("contact_episodes", True, lambda row: row["is_closed"], lambda row: row["count_contacts"] == 1),
    "M-05c": ("contacts", True, lambda row: True, lambda row: row["has_contact_before_7d"]),
    "M-06": ("calls", True, lambda row: row["is_engaged"], lambda row: row["created_ticket"]),
    "M-10": ("calls", False, lambda row: row["is_engaged"], lambda row: row["handle_seconds"]),
    # a count becomes a share, because phases differ in length
    "M-12": (
        "calls",
        True,
        lambda row: row["is_engaged"] and row["is_refund_or_return"],
        lambda row: row["is_escalated"] or False,
    ),
}
SOURCES = ("shopify", "woocommerce")


@pytest.fixture(scope="module")
def product(published) -> Published:
    """The published sample shop, with two launches of order support."""
    return Published(published)


def units_of(product: Published, metric: str, source: str) -> list[Unit]:
    """The units of one scope."""
    fact, _, is_unit, number = METRICS[metric]
    return [
        Unit(row["phase"], (row["reason_code"], row["delivery_stage"]), float(number(row)))
        for row in product.table(f"marts.fct_{fact}")
        if row["workflow"] == "order_support" and row["source"].lower() == source and is_unit(row)
    ]


@pytest.mark.requirement("SD049", "SD051")
@pytest.mark.parametrize("metric", METRICS)
def test_phases_of_a_metric(product: Published, metric: str) -> None:
    """Value, interval, difference, what can be seen and the baseline's mix, in every phase of both scopes."""
    theirs = {(row["scope_id"], row["metric_id"], row["phase"]): row for row in product.table("marts.launch_phases")}
    found, compared, baselines = [], 0, 0
    for source in SOURCES:
        rows = phases(units_of(product, metric, source), METRICS[metric][1])
        for phase, row in rows.items():
            published = theirs[f"order_support/{source}/any", metric, phase]
            found += value_differences(f"{metric} {source} {phase}", row, published)
            compared += 1
        baselines += "baseline" in rows
    assert not found, report(found)
    # one of the two has calls of people before its launch
    assert compared >= 10
    assert baselines >= 1

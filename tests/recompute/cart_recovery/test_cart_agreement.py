"""The product and a recomputation in plain Python say the same about abandoned carts (SD055 to SD080)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.recompute.comparison import key_differences, metric_differences, report, value_differences
from tests.recompute.metric_cells import Cell, CellKey
from tests.recompute.product_run import Published

from .facts import Attempt, Episode, Landing, attempts
from .lift import lifts
from .metrics import cells
from .recovery import cart_segment, recovered_episodes

pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Both:
    """What was published, and what was recomputed."""

    published: Published
    attempts: list[Attempt]
    episodes: list[Episode]
    cells: dict[CellKey, Cell]


@pytest.fixture(scope="module")
def both(world_run: Callable[[str], Path]) -> Both:
    """One run of the product over the messy world, and the recomputation of it."""
    folder = world_run("carts")
    published = Published(folder / "warehouse")
    # what the classifier heard is taken as given
    reasons = {row["call_id"]: row for row in published.table("marts.fct_calls")}
    land = Landing(folder / "landing")
    tried = attempts(land)
    found = recovered_episodes(land, tried, reasons)
    return Both(published, tried, found, cells(land, tried, found, reasons))


@pytest.mark.requirement("SD043", "SD055", "SD056", "SD060", "SD061")
def test_episodes(both: Both) -> None:
    """The same episodes, segments, arms and orders."""
    theirs = {row["episode_id"]: row for row in both.published.table("marts.fct_cart_episodes")}
    ours = {one.first["cart_id"]: one for one in both.episodes}
    assert len(ours) > 200
    found = key_differences("episode", ours, theirs, len(theirs))
    for key in sorted(ours.keys() & theirs.keys()):
        one = ours[key]
        values = {
            **one.dimensions,
            "count_carts": len(one.carts),
            "cart_segment": cart_segment(one),
            "arm": one.arm,
            "count_attempts": len(one.attempts),
            "first_attempt_at": one.first_attempt,
            "has_delivered_attempt": one.is_contacted,
            "count_orders": len(one.attributed),
            "net_revenue": sum(
                order.net_revenue for order in one.attributed if order.row["currency"] == one.first["currency"]
            ),
        }
        found += value_differences(f"episode {key}", values, theirs[key])
    assert not found, report(found)


@pytest.mark.requirement("SD062", "SD072", "SD074")
def test_attempts(both: Both) -> None:
    """Consent, frequency and opt-outs of each attempt."""
    theirs = {row["attempt_id"]: row for row in both.published.table("marts.fct_outreach_attempts")}
    ours = {one.row["attempt_id"]: one for one in both.attempts}
    found = key_differences("attempt", ours, theirs, len(theirs))
    for key in sorted(ours.keys() & theirs.keys()):
        one = ours[key]
        values = {
            "channel": one.channel,
            "workflow": one.workflow,
            "delivered_at": one.delivered,
            "consent_status": one.consent,
            "is_opted_out_within_7d": one.opted_out,
            "is_cap_breach": one.is_breach,
        }
        found += value_differences(f"attempt {key}", values, theirs[key])
    assert not found, report(found)


@pytest.mark.requirement(
    "SD056",
    "SD057",
    "SD058",
    "SD059",
    "SD061",
    "SD062",
    "SD063",
    "SD064",
    "SD065",
    "SD066",
    "SD069",
    "SD070",
    "SD073",
    "SD075",
    "SD076",
    "SD077",
    "SD078",
    "SD079",
    "SD080",
)
def test_metrics(both: Both) -> None:
    """Every cell of every cart metric, in every slice that applies."""
    assert len({metric for metric, *_ in both.cells}) == 41
    found = metric_differences(both.cells, both.published.table("marts.metric_weekly"))
    assert not found, report(found)


@pytest.mark.requirement("SD076")
def test_lift(both: Both) -> None:
    """Revenue that outreach added, by week and currency, with its interval."""
    ours = lifts(both.episodes)
    rows = both.published.table("marts.cart_lift_weekly")
    theirs = {(row["week_start_date"], row["currency"]): row for row in rows}
    found = key_differences("lift", ours, theirs, len(rows))
    for key in ours.keys() & theirs.keys():
        found += value_differences(f"lift {key}", ours[key], theirs[key])
    assert not found, report(found)
    assert any(row["ci_low"] is not None for row in ours.values())
    assert any(row["ci_low"] is None for row in ours.values())


def test_the_world_reaches_the_edges(both: Both) -> None:
    """A comparison of nothing proves nothing: each kind of case is there."""
    assert any(len(one.carts) > 1 for one in both.episodes)
    assert any(order.is_discounted for one in both.episodes for order in one.attributed)
    assert {one.consent for one in both.attempts} == {"granted", "revoked", "none"}
    assert any(one.is_breach for one in both.attempts)
    assert {cell.maturity for cell in both.cells.values()} == {"final", "provisional"}
    waits = {order.at - one.first_attempt for one in both.episodes for order in one.linked if one.first_attempt}
    assert {168 * 3600 - 1, 168 * 3600, 168 * 3600 + 1} & {wait.total_seconds() for wait in waits}

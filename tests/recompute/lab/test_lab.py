"""The product and a recomputation in plain Python agree on M-07b, M-14c and the definition lab."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.recompute.call_facts import week_start
from tests.recompute.comparison import close
from tests.recompute.observations import World
from tests.recompute.product_run import Published, as_date

from .cells import deflected, lab_world
from .definitions import shares
from .purchases import arms, differences, landmark
from .world import AS_OF

pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Both:
    """What was published, and the world it was recomputed from."""

    published: Published
    world: World


@pytest.fixture(scope="module")
def both(world_run: Callable[[str], Path]) -> Both:
    """One run of the product over the messy world with a launch in it."""
    folder = world_run("lab")
    published = Published(folder / "warehouse")
    return Both(published, lab_world(folder, published))


def metric(both: Both, name: str) -> dict[tuple[Any, str, str], dict[str, Any]]:
    """Published cells by week, source and segment."""
    return {
        (as_date(row["week_start_date"]), row["source"], row["segment"]): row
        for row in both.published.table("marts.metric_weekly")
        if row["metric_id"] == name and row["denominator"]
    }


@pytest.mark.requirement("SD007")
def test_ticket_deflection(both: Both) -> None:
    """Every slice of every week: observed, expected, value and interval."""
    made = deflected(both.world, both.published)
    assert {(scope.source, scope.segment) for scope in made.known} == {("any", "any"), ("gorgias", "any")}
    theirs = {
        (as_date(row["week_start_date"]), row["source"], row["segment"]): row
        for row in both.published.table("marts.ticket_deflection_weekly")
    }
    ours = made.cells
    assert {(week, *which) for week, which in ours} == set(theirs)
    assert sum(cell.value is not None for cell in ours.values()) > 10
    published = metric(both, "M-07b")
    for (week, which), cell in ours.items():
        row, shown = theirs[week, *which], published[week, *which]
        assert (row["count_contacts"], row["count_tickets"]) == (cell.contacts, cell.tickets), (week, which)
        assert close(cell.expected, row["expected_tickets"]), (week, which)
        assert close(cell.value, row["deflection"]), (week, which)
        assert shown["denominator"] == cell.contacts
        assert close(cell.value, shown["value"])
        if cell.interval:
            # hundreds where next to nothing is expected
            assert (row["ci_low"], row["ci_high"]) == pytest.approx(cell.interval, rel=1e-6, abs=1e-6)


@pytest.mark.requirement("SD002")
def test_repeat_purchases_against_no_contact(both: Both) -> None:
    """Every arm, and the difference of the weeks that have matured."""
    ours = arms(both.world)
    theirs = {
        (as_date(row["week_start_date"]), row["segment"], row["tenure_band"], row["is_contacting"]): (
            row["count_customers"], row["count_buyers_30d"], row["count_buyers_90d"]
        )
        for row in both.published.table("intermediate.int_purchase_arms")
    }  # fmt: skip
    assert ours == theirs
    assert len({band for _, _, band, _ in ours}) >= 3
    published = metric(both, "M-14c30")
    cells = {
        key: cell
        for key, cell in differences(ours, 30).items()
        if landmark(key[0], both.world.zone) + timedelta(days=30) <= AS_OF
    }
    assert {(week, "(all)", segment) for week, segment in cells} == set(published)
    assert len(cells) >= 8
    for (week, segment), cell in cells.items():
        row = published[week, "(all)", segment]
        assert row["denominator"] == cell.denominator
        assert cell.value is not None
        assert close(cell.numerator, row["numerator"])
        assert close(cell.value, row["value"])
        assert cell.interval is not None
        assert close(cell.interval[0], row["ci_low"])
        assert close(cell.interval[1], row["ci_high"])
    assert not metric(both, "M-14c90")


@pytest.mark.requirement("SD007")
def test_one_week_as_vendors_count_it(both: Both) -> None:
    """Every definition in every week that can be judged."""
    ours = shares(both.world)
    over = week_start(AS_OF, both.world.zone)
    expected = {
        key: counts
        for key, counts in ours.items()
        if key[0] < over or key[1] in ("gorgias", "amazon_connect")
    }  # fmt: skip
    theirs = {
        (as_date(row["week_start_date"]), row["definition_id"]): (row["numerator"], row["denominator"])
        for row in both.published.table("marts.definition_lab_weekly")
        if row["vendor"] != "whycall"
    }
    assert theirs == expected
    assert {name for _, name in expected} == {
        "intercom_fin", "zendesk", "gorgias", "amazon_connect", "sqm_fcr", "sqm_ocr"
    }  # fmt: skip

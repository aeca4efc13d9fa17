"""The product and a recomputation in plain Python agree about order exceptions, carriers and messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.recompute.comparison import close, metric_differences, report
from tests.recompute.product_run import Published, as_date

from .landing_files import write_landing
from .order_states import Timeline
from .order_story import Story
from .published_cells import exception_cells, make_units
from .scorecards import cause_cells, scorecards
from .units import PLANS, Unit
from .world import ExceptionShop

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def story() -> Story:
    """What happened in the invented shop."""
    return Story(ExceptionShop().build())


@pytest.fixture(scope="module")
def timelines(story: Story) -> dict[str, Timeline]:
    """The states of every order."""
    return {order_id: Timeline(story, order_id) for order_id in story.orders}


@pytest.fixture(scope="module")
def published(world_run: Callable[[str], Path]) -> Published:
    """The product run once over its messy landing files."""
    return Published(world_run("exceptions") / "warehouse")


@pytest.fixture(scope="module")
def units(story: Story, timelines: dict[str, Timeline]) -> dict[str, list[Unit]]:
    """Every unit of the metrics that need the landing files only."""
    return make_units(story, timelines)


@pytest.mark.requirement("SD143", "SD144", "SD146", "SD147", "SD150", "SD151", "SD152", "SD153", "SD154", "SD155")
@pytest.mark.requirement("SD156", "SD159", "SD160", "SD161", "SD162", "SD163", "SD164", "SD165", "SD166", "SD167")
@pytest.mark.requirement("SD158", "SD168", "SD169")
def test_every_cell_agrees(published: Published, units: dict[str, list[Unit]]) -> None:
    """Numerator, denominator, value, interval and maturity of every cell, for every slice."""
    assert set(units) == set(PLANS) - {"M-13w"}
    cells = exception_cells(published)
    assert {key[0] for key in cells} == set(PLANS) | {"M-30", "M-48c"}
    found = metric_differences(cells, published.table("marts.metric_weekly"))
    assert not found, report(found)


@pytest.mark.requirement("SD166")
def test_each_metric_has_both_answers(units: dict[str, list[Unit]]) -> None:
    """A world in which nothing goes wrong, or everything does, would compare nothing."""
    for metric, seen in units.items():
        answers = {unit.is_event if PLANS[metric].window == 168 else bool(unit.numerator) for unit in seen}
        assert len(answers) == 2 or metric in ("M-44l", "M-46r", "M-44e"), metric


@pytest.mark.requirement("SD165")
def test_scorecards_agree(published: Published, story: Story) -> None:
    """Crude and adjusted ratio, intervals, funnel limits, standing and Simpson's flag of every card."""
    theirs = {
        (row["scope"], row["subject"], row["period"], as_date(row["week_start_date"])): row
        for row in published.table("marts.delivery_scorecards_weekly")
    }
    ours = scorecards(story)
    assert ours.keys() == theirs.keys()
    for key, card in ours.items():
        for column, number in card.items():
            assert close(number, theirs[key][column]), (key, column, number, theirs[key][column])
    assert {card["standing"] for card in ours.values()} >= {"inside", "unknown"}
    assert {card["is_simpson"] for card in ours.values()} == {True, False}


@pytest.mark.requirement("SD165")
def test_causes_agree(published: Published, story: Story) -> None:
    """Shipments with each verified cause, by carrier and region."""
    theirs = {
        (as_date(row["week_start_date"]), row["carrier"], row["region"], row["cause"]): (
            row["count_with_cause"],
            row["count_shipments"],
        )
        for row in published.table("marts.delivery_causes_weekly")
    }
    assert theirs == cause_cells(story)


@pytest.mark.requirement("SD145", "SD149", "SD152", "SD168")
def test_order_states_agree(published: Published, timelines: dict[str, Timeline]) -> None:
    """Every version of every order: since when, which state, which promise."""
    theirs = defaultdict(list)
    for row in sorted(published.table("marts.fct_order_states"), key=lambda row: row["state_version"]):
        theirs[row["order_id"]].append((row["valid_from"], row["state"], row["promise_at"]))
    known = {order_id: line.versions for order_id, line in timelines.items() if line.versions}
    assert theirs == known


@pytest.mark.requirement("SD153", "SD162")
def test_flags_carry_their_rules(published: Published) -> None:
    """Each flag names its rule and the version that was in force."""
    for row in published.table("marts.fct_order_flags"):
        assert row["rule_version"] == 1
        timed = row["rule_id"].startswith("scan_gap.") or row["rule_id"] == "lateness.promise_at_risk"
        assert (row["threshold_version"] == 1) is timed or row["rule_id"] == "lateness.unshipped"


def test_world_is_delivered_messily(tmp_path: Path) -> None:
    """Rows are repeated and older versions come along."""
    shop = ExceptionShop().build()
    write_landing(shop.rows, shop.older, tmp_path)
    lines = (tmp_path / "orders" / "one.jsonl").read_text().splitlines()
    lines += (tmp_path / "orders" / "two.csv").read_text().splitlines()[1:]
    assert len(lines) > len(shop.rows["orders"]) + len(shop.older["orders"])

"""No metric is published that no recomputation compares, in each of its slices and with its interval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .comparison import metric_differences, report
from .product_run import Published, Table
from .worlds import WORLDS, slices_by_metric

# counted by hand from the published items of the sample shop: tests/dagster_project/test_planted_feedback.py
OF_FEEDBACK = {"M-31f", "M-31v"}
# no week of the worlds is 90 days old; SQL and oracle are those of 30 days, and the arms of 90 days are compared
NOT_MATURE = {"M-14c90"}

# all six worlds are read, and made by whoever asks first
pytestmark = pytest.mark.timeout(1800)


@dataclass
class Compared:
    """What the oracles really return, over all worlds."""

    registry: Table = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    slices: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    published_slices: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    intervals: set[str] = field(default_factory=set)
    published_intervals: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def compared(world_run: Callable[[str], Path]) -> Compared:
    """Every world recomputed and compared."""
    seen = Compared()
    for name, world in WORLDS.items():
        folder = world_run(name)
        published = Published(folder / "warehouse")
        weekly, cells = published.table("marts.metric_weekly"), world.cells(folder, published)
        seen.registry = published.table("marts.dim_metrics")
        seen.differences += metric_differences(cells, weekly)
        here = {key[0] for key in cells}
        for metric, slices in slices_by_metric([(key[0], key[2]) for key in cells]).items():
            seen.slices[metric] |= slices
        theirs = [row for row in weekly if row["metric_id"] in here and row["denominator"]]
        for metric, slices in slices_by_metric([(row["metric_id"], row["slice_by"]) for row in theirs]).items():
            seen.published_slices[metric] |= slices
        seen.published_intervals |= {row["metric_id"] for row in theirs if row["ci_low"] is not None}
        seen.intervals |= {key[0] for key, cell in cells.items() if cell.interval and cell.interval[0] is not None}
        seen.values |= {key[0] for key, cell in cells.items() if cell.value is not None}
        seen.events |= {key[0] for key, cell in cells.items() if cell.numerator}
    return seen


def test_every_registered_metric_is_compared(compared: Compared) -> None:
    """The registry is the list: what is not in an oracle's cells is not checked by anybody."""
    registered = {row["metric_id"] for row in compared.registry}
    assert registered - compared.slices.keys() == OF_FEEDBACK | NOT_MATURE
    assert not compared.slices.keys() - registered
    assert not compared.differences, report(compared.differences)


def test_every_metric_is_compared_by_its_value_and_with_events(compared: Compared) -> None:
    """Agreement about nothing but zeros says nothing."""
    registered = {row["metric_id"] for row in compared.registry} - OF_FEEDBACK - NOT_MATURE
    assert not registered - compared.values
    assert not registered - compared.events


def test_every_published_slice_is_compared(compared: Compared) -> None:
    """Slice all and every dimension that applies."""
    left = {metric: slices - compared.slices[metric] for metric, slices in compared.published_slices.items()}
    assert not {metric: slices for metric, slices in left.items() if slices}


def test_every_published_interval_is_compared(compared: Compared) -> None:
    """A metric with an interval has one in the oracle too."""
    assert not compared.published_intervals - compared.intervals

"""How the units of a cell become its figure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.recompute.intervals import (
    event_interval,
    mean_interval,
    poisson_interval,
    quantile,
    survival_at,
    wilson,
)
from tests.recompute.metric_cells import Cell

EPISODE = ("source", "segment", "owner", "outcome", "region", "product_category", "reason_code", "phase")
ARM = ("segment", "region", "product_category", "phase")
ATTEMPT = ("source", "segment", "owner", "outcome", "region", "phase")
CUSTOMER = ("segment", "region", "phase")


@dataclass(frozen=True)
class Unit:
    """One unit: its week, the instant its window runs from, its dimensions and what is added up."""

    week: date
    at: datetime | None
    dimensions: dict[str, str]
    number: float = 0.0
    weight: float = 1.0
    is_arm: bool = False
    delay: timedelta = timedelta(0)


Adder = Callable[[list[Unit], str, int], Cell]


def proportion(units: list[Unit], maturity: str, window: int) -> Cell:
    """Share with Wilson's interval."""
    hits = sum(unit.number for unit in units)
    return Cell(hits, len(units), hits / len(units), wilson(hits, len(units)), maturity)


def counted(units: list[Unit], maturity: str, window: int) -> Cell:
    """A count beside its population."""
    hits = sum(unit.number for unit in units)
    return Cell(hits, len(units), hits, poisson_interval(hits), maturity)


def averaged(units: list[Unit], maturity: str, window: int) -> Cell:
    """A mean with median and 90th percentile."""
    values = [unit.number for unit in units]
    middle, high = quantile(values, 0.5), quantile(values, 0.9)
    total = sum(values)
    return Cell(total, len(values), total / len(values), mean_interval(values), maturity, middle, high, True)


def weighted(units: list[Unit], maturity: str, window: int) -> Cell:
    """Sum over sum, with the interval of a ratio."""
    total = sum(unit.weight for unit in units)
    if not total:
        return Cell(0.0, len(units), None, None, maturity)
    share = sum(unit.number for unit in units) / total
    interval = None
    if len(units) > 1:
        rest = sum((unit.number - share * unit.weight) ** 2 for unit in units)
        error = 1.959963984540054 * math.sqrt(rest * len(units) / (len(units) - 1)) / total
        interval = (max(share - error, 0.0), min(share + error, 1.0))
    return Cell(share * len(units), len(units), share, interval, maturity)


def estimated(units: list[Unit], maturity: str, window: int) -> Cell:
    """The plain share of a final week, 1 - S(window) of another."""
    if maturity == "final":
        return proportion(units, maturity, window)
    observed = [(unit.delay // timedelta(microseconds=1), bool(unit.number)) for unit in units]
    curve = survival_at(observed, window * 3_600_000_000)
    hits = sum(unit.number for unit in units)
    return Cell(hits, len(units), 1 - curve.survival, event_interval(curve), maturity)


def difference(units: list[Unit], maturity: str, window: int) -> Cell | None:
    """Newcombe's interval of treatment less holdout; None without both."""
    groups = [[unit for unit in units if unit.is_arm is side] for side in (True, False)]
    if not all(groups):
        return None
    hits = [sum(unit.number for unit in group) for group in groups]
    sizes = [len(group) for group in groups]
    shares = [hit / size for hit, size in zip(hits, sizes, strict=True)]
    (low, high), (other_low, other_high) = (wilson(hit, size) for hit, size in zip(hits, sizes, strict=True))
    gain = shares[0] - shares[1]
    interval = (
        gain - math.hypot(shares[0] - low, other_high - shares[1]),
        gain + math.hypot(high - shares[0], shares[1] - other_low),
    )
    return Cell(hits[0] - sizes[0] * shares[1], sizes[0], gain, interval, maturity)

"""Turns observations of one metric into weekly cells by slice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .call_facts import DIMENSIONS
from .intervals import event_interval, quantile, survival_at, time_to_share, wilson

ALL = "(all)"
WINDOW_US = 168 * 3600 * 1_000_000
SLICES: tuple[tuple[str, ...], ...] = (
    (),
    *((name,) for name in DIMENSIONS),
    ("carrier", "region"),
    ("segment", "carrier", "region"),
    ("source", "segment"),
    ("carrier", "reason_code"),
    ("region", "reason_code"),
    ("warehouse", "reason_code"),
)


@dataclass(frozen=True)
class Observation:
    """One unit of a denominator.

    `delay` is the time to the event or to the end of observation, `followup` that to the end alone.
    """

    week: date
    dimensions: dict[str, str]
    numerator: float
    delay: timedelta = timedelta(0)
    is_event: bool = False
    followup: timedelta = timedelta(0)


@dataclass(frozen=True)
class Cell:
    """One published figure; None means that the contract leaves the field open."""

    numerator: float
    denominator: float
    value: float | None
    interval: tuple[float, float] | None = None
    maturity: str | None = None
    median: float | None = None
    p90: float | None = None
    has_quantiles: bool = False


CellKey = tuple[str, date, str, tuple[str, ...]]


def grouped(
    observations: Iterable[Observation], slices: Iterable[tuple[str, ...]]
) -> dict[tuple[date, str, tuple[str, ...]], list[Observation]]:
    """Observations by week, slice and the values of all dimensions."""
    wanted = list(slices)
    groups: dict[tuple[date, str, tuple[str, ...]], list[Observation]] = defaultdict(list)
    for seen in observations:
        for names in wanted:
            values = tuple(seen.dimensions[name] if name in names else ALL for name in DIMENSIONS)
            groups[seen.week, "+".join(names) or "all", values].append(seen)
    return groups


def proportion(group: list[Observation], maturity: str | None) -> Cell:
    """A plain share with Wilson's interval."""
    numerator = sum(seen.numerator for seen in group)
    return Cell(numerator, len(group), numerator / len(group), wilson(numerator, len(group)), maturity)


def ratio(group: list[Observation], maturity: str | None) -> Cell:
    """A ratio that is no proportion: it has no Wilson interval."""
    numerator = sum(seen.numerator for seen in group)
    # how an unfinished week is completed is left open, so only a final one has a value
    value = numerator / len(group) if maturity == "final" else None
    return Cell(numerator, len(group), value, None, maturity)


def count(group: list[Observation], maturity: str | None) -> Cell:
    """A count beside its population; the contract does not say what stands in `value`."""
    numerator = sum(seen.numerator for seen in group)
    return Cell(numerator, len(group), None, None, maturity)


def mean(group: list[Observation], maturity: str | None) -> Cell:
    """A mean with median and p90."""
    values = [seen.numerator for seen in group]
    total = sum(values)
    middle, high = quantile(values, 0.5), quantile(values, 0.9)
    return Cell(total, len(values), total / len(values), None, maturity, middle, high, True)


def repeat_rate(group: list[Observation], maturity: str | None) -> Cell:
    """The plain ratio of a final week, 1 - S(168 h) of a provisional one."""
    if maturity == "final":
        return proportion(group, maturity)
    observed = [(_microseconds(seen.delay), seen.is_event) for seen in group]
    estimate = survival_at(observed, WINDOW_US)
    events = sum(seen.is_event for seen in group)
    return Cell(events, len(group), 1 - estimate.survival, event_interval(estimate), maturity)


def update_time(group: list[Observation], maturity: str | None) -> Cell:
    """Kaplan-Meier median and p90 in minutes."""
    observed = [(_microseconds(seen.delay), seen.is_event) for seen in group]
    middle, high = (_minutes(time_to_share(observed, share)) for share in (0.5, 0.9))
    events = sum(seen.is_event for seen in group)
    return Cell(events, len(group), middle, None, maturity, middle, high, True)


def _microseconds(delay: timedelta) -> int:
    # whole microseconds keep equal times equal, which floating hours would not
    return delay // timedelta(microseconds=1)


def _minutes(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / 60_000_000

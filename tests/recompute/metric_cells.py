"""Turns observations of one metric into weekly cells by slice."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from .call_facts import DIMENSIONS
from .intervals import (
    event_interval,
    mean_interval,
    median_interval,
    poisson_interval,
    quantile,
    survival_at,
    time_to_share,
    wilson,
)

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

    `delay` is the time to the event or to the end of observation, `followup` that to the end alone; `exposure` is what
    a rate divides by, `events` the times of events that recur.
    """

    week: date
    dimensions: dict[str, str]
    numerator: float
    delay: timedelta = timedelta(0)
    is_event: bool = False
    followup: timedelta = timedelta(0)
    exposure: float = 0.0
    events: tuple[timedelta, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One published figure; None means that the definition leaves the field open.

    An interval with None inside has no such bound: the product must leave it empty too.
    """

    numerator: float
    denominator: float
    value: float | None
    interval: tuple[float | None, float | None] | None = None
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


def recurrence(group: list[Observation], maturity: str | None) -> Cell:
    """A mean in final weeks; else the mean cumulative function: events over units still observed, summed."""
    if maturity == "final":
        return dataclasses.replace(mean(group, maturity), has_quantiles=False)
    value, number = 0.0, 0
    for moment in sorted(event for seen in group for event in seen.events):
        value += 1 / sum(seen.followup >= moment for seen in group)
        number += 1
    # events of one unit are not independent, so there is no interval
    return Cell(number, len(group), value, (None, None), maturity)


def count(group: list[Observation], maturity: str | None) -> Cell:
    """A count beside its population, with Byar's interval."""
    numerator = sum(seen.numerator for seen in group)
    return Cell(numerator, len(group), numerator, poisson_interval(numerator), maturity)


def rate(group: list[Observation], maturity: str | None) -> Cell | None:
    """Events over exposure; events where nothing is exposed are shown without a value."""
    events, exposure = (sum(numbers) for numbers in zip(*((s.numerator, s.exposure) for s in group), strict=True))
    if not events and not exposure:
        return None
    if not exposure:
        return Cell(events, 0, None, (None, None), maturity)
    low, high = poisson_interval(events)
    return Cell(events, exposure, events / exposure, (low / exposure, high / exposure), maturity)


def mean(group: list[Observation], maturity: str | None) -> Cell:
    """A mean with median and p90."""
    values = [seen.numerator for seen in group]
    total = sum(values)
    middle, high = quantile(values, 0.5), quantile(values, 0.9)
    return Cell(total, len(values), total / len(values), mean_interval(values), maturity, middle, high, True)


def repeat_rate(group: list[Observation], maturity: str | None, window_us: int = WINDOW_US) -> Cell:
    """The plain ratio of a final week, 1 - S(window) of a provisional one."""
    if maturity == "final":
        return proportion(group, maturity)
    observed = [(_microseconds(seen.delay), seen.is_event) for seen in group]
    estimate = survival_at(observed, window_us)
    events = sum(seen.is_event for seen in group)
    interval = event_interval(estimate) or (None, None)
    return Cell(events, len(group), 1 - estimate.survival, interval, maturity)


def survival_rate(window: timedelta) -> Callable[[list[Observation], str | None], Cell]:
    """`repeat_rate` with a window of its own."""
    return partial(repeat_rate, window_us=_microseconds(window))


def update_time(group: list[Observation], maturity: str | None) -> Cell:
    """Kaplan-Meier median and p90 in minutes."""
    observed = [(_microseconds(seen.delay), seen.is_event) for seen in group]
    middle, high = (_minutes(time_to_share(observed, share)) for share in (0.5, 0.9))
    low, most = (_minutes(bound) for bound in median_interval(observed))
    events = sum(seen.is_event for seen in group)
    return Cell(events, len(group), middle, (low, most), maturity, middle, high, True)


def _microseconds(delay: timedelta) -> int:
    # whole microseconds keep equal times equal, which floating hours would not
    return delay // timedelta(microseconds=1)


def _minutes(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / 60_000_000

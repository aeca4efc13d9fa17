"""One unit of a metric, and the rules by which units become published cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.recompute.call_facts import DIMENSIONS
from tests.recompute.intervals import wilson
from tests.recompute.metric_cells import (
    ALL,
    SLICES,
    Cell,
    CellKey,
    Observation,
    count,
    grouped,
    mean,
    proportion,
    rate,
    repeat_rate,
    update_time,
)

from .world import AS_OF

ZONE = ZoneInfo("Europe/Berlin")
Adder = Callable[[list[Observation], str | None], Cell]


@dataclass(frozen=True)
class Unit:
    """A unit of a denominator: its instant, dimensions and numerator; for times the wait and whether it ended."""

    at: datetime
    dimensions: dict[str, str]
    numerator: float
    delay: timedelta = timedelta(0)
    is_event: bool = False
    arm: bool = False


@dataclass(frozen=True)
class Plan:
    """How one metric is added up: its window in hours, and whether an unfinished week has a value."""

    add: Adder
    window: int = 0
    provisional: bool = True


PLANS = {
    **dict.fromkeys(
        ("M-32b", "M-32bw", "M-32bc", "M-32bo", "M-44r", "M-44rr", "M-44fb", "M-44", "M-44c"), Plan(proportion)
    ),
    **dict.fromkeys(("M-45m", "M-45e", "M-46h", "M-48", "M-48t", "M-49"), Plan(proportion)),
    **dict.fromkeys(("M-44fp", "M-44p", "M-44n", "M-47"), Plan(proportion, 336, False)),
    "M-31": Plan(proportion, 240, False),
    "M-13w": Plan(mean, 720, False),
    "M-44e": Plan(proportion, 168, False),
    **dict.fromkeys(("M-44l", "M-46r"), Plan(mean)),
    "M-44i": Plan(count),
    **dict.fromkeys(("M-45", "M-46"), Plan(repeat_rate, 168)),
    **dict.fromkeys(("M-45p", "M-45a", "M-45w"), Plan(update_time, 168)),
}


def week_of(at: datetime) -> date:
    """Monday of the week in Berlin."""
    day = at.astimezone(ZONE).date()
    return day - timedelta(days=day.weekday())


def week_end(week: date) -> datetime:
    """Monday 00:00 of the next week in Berlin."""
    after = week + timedelta(days=7)
    return datetime(after.year, after.month, after.day, tzinfo=ZONE)


def is_final(week: date, units: Iterable[Unit], window: int) -> bool:
    """Whether the week is over and its last unit was observed for the whole window."""
    last = max(unit.at for unit in units)
    over = last if window >= 168 else week_end(week)
    return last + timedelta(hours=window) <= AS_OF and over <= AS_OF


def slices_of(units: list[Unit]) -> list[tuple[str, ...]]:
    """The published slices that the dimensions of the units allow."""
    return [names for names in SLICES if set(names) <= set(units[0].dimensions)]


def cells_of(metric: str, units: list[Unit]) -> dict[CellKey, Cell]:
    """Every cell of one metric."""
    plan, weeks, groups = PLANS[metric], defaultdict(list), defaultdict(list)
    for unit in units:
        weeks[week_of(unit.at)].append(unit)
        for names in slices_of(units):
            values = tuple(unit.dimensions[name] if name in names else ALL for name in DIMENSIONS)
            groups[week_of(unit.at), "+".join(names) or "all", values].append(unit)
    cells: dict[CellKey, Cell] = {}
    for (week, slice_by, values), group in groups.items():
        final = is_final(week, weeks[week], plan.window)
        if final or plan.provisional:
            seen = [Observation(week, {}, unit.numerator, unit.delay, unit.is_event) for unit in group]
            cells[metric, week, slice_by, values] = plan.add(seen, "final" if final else "provisional")
    return cells


def difference_cells(metric: str, units: list[Unit], window: int) -> dict[CellKey, Cell]:
    """Cells of two arms: events beyond those expected, units of the arm, difference, Newcombe interval."""
    weeks, groups = defaultdict(list), defaultdict(list)
    for unit in units:
        weeks[week_of(unit.at)].append(unit)
        for names in slices_of(units):
            values = tuple(unit.dimensions[name] if name in names else ALL for name in DIMENSIONS)
            groups[week_of(unit.at), "+".join(names) or "all", values].append(unit)
    cells = {}
    for (week, slice_by, values), group in groups.items():
        arm, rest = ([unit.numerator for unit in group if unit.arm is side] for side in (True, False))
        if arm and rest and is_final(week, weeks[week], window):
            p, q = sum(arm) / len(arm), sum(rest) / len(rest)
            low, high = wilson(sum(arm), len(arm)), wilson(sum(rest), len(rest))
            assert low
            assert high
            below = ((p - low[0]) ** 2 + (high[1] - q) ** 2) ** 0.5
            above = ((low[1] - p) ** 2 + (q - high[0]) ** 2) ** 0.5
            interval = (p - q - below, p - q + above)
            cells[metric, week, slice_by, values] = Cell(len(arm) * (p - q), len(arm), p - q, interval, "final")
    return cells


def rate_cells(metric: str, seen: Iterable[Observation]) -> dict[CellKey, Cell]:
    """Cells of events over what was exposed to them; events without exposure have no value."""
    observations = list(seen)
    slices = [names for names in SLICES if set(names) <= set(observations[0].dimensions)]
    padded = [replace(one, dimensions=dict.fromkeys(DIMENSIONS, ALL) | one.dimensions) for one in observations]
    cells: dict[CellKey, Cell] = {}
    for (week, slice_by, values), group in grouped(padded, slices).items():
        cell = rate(group, None)
        if cell is not None:
            cells[metric, week, slice_by, values] = cell
    return cells

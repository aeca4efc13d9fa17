"""Units of the hand-off and policy metrics and how they add up to cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.recompute.call_facts import DIMENSIONS, week_start
from tests.recompute.intervals import wilson
from tests.recompute.metric_cells import SLICES, Cell, CellKey, Observation, grouped, mean, proportion, update_time

from .conduct import judged_calls
from .rules import Known
from .world import Row, World, winners

Test = Callable[[Row], Any]
UNKNOWN = dict.fromkeys(DIMENSIONS, "unknown")


@dataclass
class Oracle:
    """Units of one world, and the calls as published (their dimensions and reasons are judged elsewhere)."""

    world: World
    calls: list[Row]
    contacts: list[Row]
    as_of: datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        self.by_id = {row["call_id"]: row for row in self.calls}
        self.records = {row["call_id"]: row for row in winners("calls", self.world["calls"])}
        self.known = Known(self.world, self.contacts, self.as_of)
        self.conduct = judged_calls(self.world, self.calls, self.known)
        self.conduct_by_id = {row["call_id"]: row for row in self.conduct}
        self.cells: dict[CellKey, Cell] = {}

    def unit(self, row: Row, at: datetime, call_id: str | None) -> Row:
        """A row with the week and the dimensions of its call."""
        call = self.by_id.get(call_id or "")
        dimensions = {name: call[name] for name in DIMENSIONS} if call else dict(UNKNOWN)
        return row | {"at": at, "week": week_start(at, self.zone), "dimensions": dimensions, "call": call}

    def share(self, metric: str, units: Iterable[Row], when: Test, event: Test, hours: int = 0) -> None:
        """A proportion; one with a window is published for final weeks only."""
        chosen = [row for row in units if when(row)]
        seen = [Observation(row["week"], row["dimensions"], float(bool(event(row)))) for row in chosen]
        open_weeks = self._open_weeks(chosen, hours) if hours else set()
        for (week, slice_by, values), group in grouped(seen, SLICES).items():
            if week not in open_weeks:
                self.cells[metric, week, slice_by, values] = proportion(group, None)

    def _open_weeks(self, units: list[Row], hours: int) -> set[Any]:
        late = {row["week"] for row in units if row["at"] + timedelta(hours=hours) > self.as_of}
        return late if hours >= 168 else late | {week_start(self.as_of, self.zone)}

    def average(self, metric: str, units: Iterable[Row], value: Test) -> None:
        """A mean over units that have a value."""
        seen = [Observation(row["week"], row["dimensions"], value(row)) for row in units if value(row) is not None]
        for (week, slice_by, values), group in grouped(seen, SLICES).items():
            self.cells[metric, week, slice_by, values] = mean(group, None)

    def waiting(self, metric: str, units: Iterable[Row], when: Test, done: Test) -> None:
        """A Kaplan-Meier median; `done` is the instant of the event or None."""
        seen = []
        for row in units:
            if when(row):
                at = done(row)
                end = max(at, row["at"]) if at else self.as_of
                seen.append(Observation(row["week"], row["dimensions"], 0.0, end - row["at"], at is not None))
        for (week, slice_by, values), group in grouped(seen, SLICES).items():
            self.cells[metric, week, slice_by, values] = update_time(group, None)


def weighted_cell(group: list[Row]) -> Cell:
    """A share of units that stand for others, on the scale of the units."""
    total = sum(row["weight"] for row in group)
    share = sum(row["weight"] for row in group if row["wrong"]) / total
    effective = total**2 / sum(row["weight"] ** 2 for row in group)
    return Cell(share * len(group), len(group), share, wilson(share * effective, effective))

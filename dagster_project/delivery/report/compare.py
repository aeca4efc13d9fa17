"""Compares a cell with the four weeks before it, and with the other cells of its slice."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dagster_project.delivery.report.cells import DIMENSIONS, SMALL, UNKNOWN, Cell
from dagster_project.delivery.report.stats import (
    Z95,
    benjamini_hochberg,
    normal_p,
    two_proportion_p,
)

FALSE_DISCOVERY_RATE = 0.10
LEAST_BASE_WEEKS = 2


@dataclass(frozen=True)
class Comparison:
    """A cell against a reference value; `q` is the p-value after false-discovery control."""

    cell: Cell
    reference: float
    p: float
    q: float = 1.0

    @property
    def change(self) -> float:
        """Value less reference."""
        return (self.cell.value or 0.0) - self.reference


@dataclass(frozen=True)
class Family:
    """All comparisons that were tested together, and those that stand out."""

    cells: list[Cell]
    found: list[Comparison]

    @property
    def tested(self) -> int:
        """How many comparisons were tested."""
        return len(self.cells)

    @property
    def metric_ids(self) -> set[str]:
        """The metrics that were tested."""
        return {cell.metric_id for cell in self.cells}


def against_before(cells: Sequence[Cell]) -> Family:
    """Test each cell against its own four weeks before."""
    return _adjusted([found for cell in cells if _has_base(cell) and (found := _before(cell))])


def against_rest(cells: Sequence[Cell]) -> Family:
    """Test each cell against the other known cells of the same metric, slice and reason.

    The most extreme cell of a group is compared with all others; the others are compared without
    it, so that one bad carrier does not make every other one look good.
    """
    groups: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        if cell.is_comparable and is_known(cell) and _is_proportion(cell):
            groups.setdefault((cell.metric_id, cell.slice_by, cell.reason_code), []).append(cell)
    tested: list[Comparison] = []
    for group in groups.values():
        against_all = [found for cell in group if (found := _rest(cell, group))]
        if not against_all:
            continue
        extreme = min(against_all, key=lambda one: one.p)
        others = [cell for cell in group if cell is not extreme.cell]
        tested += [extreme, *(found for cell in others if (found := _rest(cell, others)))]
    return _adjusted(tested)


def _rest(cell: Cell, group: Sequence[Cell]) -> Comparison | None:
    hits = sum(other.numerator or 0 for other in group if other is not cell)
    trials = sum(other.denominator or 0 for other in group if other is not cell)
    return _tested(cell, hits, trials) if cell.is_rankable and trials >= SMALL else None


def is_known(cell: Cell) -> bool:
    """Tell whether every sliced dimension of the cell has a value."""
    return UNKNOWN not in {cell.place(dimension) for dimension in DIMENSIONS}


def _has_base(cell: Cell) -> bool:
    return (
        cell.is_comparable
        and cell.is_rankable
        and is_known(cell)
        and cell.base_weeks >= LEAST_BASE_WEEKS
        and (cell.base_denominator or 0) >= SMALL
    )


def _is_proportion(cell: Cell) -> bool:
    if not cell.is_share or cell.value is None or cell.numerator is None or not cell.denominator:
        return False
    is_ratio = abs(cell.value - cell.numerator / cell.denominator) < 1e-9
    return is_ratio and 0 <= cell.numerator <= cell.denominator


def _tested(cell: Cell, hits: float, trials: float) -> Comparison:
    p = two_proportion_p(round(cell.numerator or 0), round(cell.denominator or 0), round(hits), round(trials))
    return Comparison(cell, hits / trials, p)


def _before(cell: Cell) -> Comparison | None:
    value, base = cell.value, cell.base_value
    if value is None or base is None:
        return None
    if _is_proportion(cell):
        trials = cell.base_denominator or 0
        return _tested(cell, base * trials, trials)
    if cell.ci_low is None or cell.ci_high is None or not cell.base_width:
        return None
    width = math.hypot(cell.ci_high - cell.ci_low, cell.base_width)
    return Comparison(cell, base, normal_p((value - base) / (width / (2 * Z95))))


def _adjusted(tested: Sequence[Comparison]) -> Family:
    adjusted = benjamini_hochberg([comparison.p for comparison in tested])
    found = [
        replace(comparison, q=q) for comparison, q in zip(tested, adjusted, strict=True) if q <= FALSE_DISCOVERY_RATE
    ]
    return Family([comparison.cell for comparison in tested], sorted(found, key=lambda one: (one.p, -abs(one.change))))

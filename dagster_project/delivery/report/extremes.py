"""Where a metric is best and worst: its rankable slices, ordered by the near end of their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

from dagster_project.delivery.report import formats
from dagster_project.delivery.report.cells import Cell
from dagster_project.delivery.report.compare import Family, against_rest, is_known
from dagster_project.delivery.report.reasons import Reasons
from dagster_project.delivery.report.source import Row

MOST = 2


@dataclass(frozen=True)
class Place:
    """One slice at an end of the order; `is_real` = differs from the rest of its dimension, None if not tested."""

    dimension: str
    name: str
    value: str
    interval: str
    basis: str
    is_real: bool | None


@dataclass(frozen=True)
class Ends:
    """Both ends of one metric; `words` name them: best and worst, or highest and lowest."""

    metric_id: str
    name: str
    words: tuple[str, str]
    top: list[Place]
    bottom: list[Place]
    compared: int


def rank(cells: Sequence[Cell], registry: dict[str, Row], reasons: Reasons) -> tuple[list[Ends], Family]:
    """Return both ends of every metric that has at least two rankable slices, and the tests behind `is_real`."""
    rankable = [cell for cell in cells if _is_ranked(cell, registry, reasons)]
    family = against_rest(rankable)
    real = {one.cell for one in family.found}
    tested = set(family.cells)
    ends = []
    for metric_id in dict.fromkeys(cell.metric_id for cell in rankable):
        metric = registry[metric_id]
        found = [cell for cell in rankable if cell.metric_id == metric_id]
        if len({cell.value for cell in found}) < 2:
            continue
        is_down = str(metric["direction"]).startswith(("down", "low"))
        has_side = is_down or str(metric["direction"]).startswith(("up", "high"))
        both = [
            [_place(cell, metric, reasons, cell in real if cell in tested else None) for cell in side]
            for side in _sides(found, is_down)
        ]
        words = ("Best", "Worst") if has_side else ("Highest", "Lowest")
        ends.append(Ends(metric_id, str(metric["metric_name"]), words, both[0], both[1], len(found)))
    return ends, family


def _sides(cells: Sequence[Cell], is_down: bool) -> tuple[list[Cell], list[Cell]]:
    """Return the best and the worst cells; no cell is both."""
    high = sorted(cells, key=lambda cell: (-_low(cell), cell.slice_by, _name(cell)))
    low = sorted(cells, key=lambda cell: (_high(cell), cell.slice_by, _name(cell)))
    best, worst = (low, high) if is_down else (high, low)
    count = min(MOST, len(cells) // 2)
    return best[:count], [cell for cell in worst if cell not in best[:count]][:count]


def _is_ranked(cell: Cell, registry: dict[str, Row], reasons: Reasons) -> bool:
    metric = registry.get(cell.metric_id)
    return (
        metric is not None
        and metric["kind"] != "count"  # a volume is large where there are many units
        and cell.is_rankable
        and cell.value is not None
        and not cell.is_truncated
        and is_known(cell)
        and not (cell.slice_by == "reason_code" and reasons(cell.reason_code).is_state)
    )


def _name(cell: Cell) -> str:
    return cell.place(cell.slice_by)


def _low(cell: Cell) -> float:
    return cell.ci_low if cell.ci_low is not None else cell.value or 0.0


def _high(cell: Cell) -> float:
    return cell.ci_high if cell.ci_high is not None else cell.value or 0.0


def _place(cell: Cell, metric: Row, reasons: Reasons, is_real: bool | None) -> Place:
    kind = formats.unit_kind(metric["unit"], metric["kind"])
    name = _name(cell)
    return Place(
        dimension=cell.slice_by.replace("_", " "),
        name=reasons(name).name if cell.slice_by == "reason_code" else name,
        value=formats.value_text(cell.value, kind),
        interval=formats.interval_text(cell.ci_low, cell.ci_high, kind),
        basis=formats.basis_text(cell.numerator, cell.denominator, cell.value, kind, metric["kind"]),
        is_real=is_real,
    )

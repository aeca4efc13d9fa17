"""Tables by carrier, region and segment: one row a place, one column a metric."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dagster_project.delivery.report import formats
from dagster_project.delivery.report.cells import UNKNOWN, Cell
from dagster_project.delivery.report.charts import mark
from dagster_project.delivery.report.headline import missing_because
from dagster_project.delivery.report.scales import axis
from dagster_project.delivery.report.source import Row

SERVICE_IDS = ("M-01b", "M-08", "M-06", "M-04", "M-10", "M-11")
DIMENSIONS = ("carrier", "region", "segment")


@dataclass(frozen=True)
class Figure:
    """One cell of a table in words; `why` says why a value is missing."""

    value: str
    interval: str = ""
    is_small: bool = False
    is_provisional: bool = False
    why: str = ""
    change: str = ""
    basis: str = ""
    mark: Markup = Markup("")


@dataclass(frozen=True)
class Table:
    """Rows of figures by place; `small` rows come last."""

    dimension: str
    columns: list[str]
    rows: list[tuple[str, str, bool, list[Figure]]]
    has_small: bool = False


def service_table(cells: Sequence[Cell], dimension: str, registry: dict[str, Row]) -> Table:
    """Return containment, escalation, tickets, repeats and times of each place."""
    ids = [metric_id for metric_id in SERVICE_IDS if metric_id in registry]
    found = {(cell.metric_id, cell.place(dimension)): cell for cell in cells if cell.slice_by == dimension}
    calls = {
        place: found["M-01b", place]
        for metric_id, place in found
        if metric_id == "M-01b" and found["M-01b", place].denominator
    }
    places = sorted(calls, key=lambda place: _order(calls[place], place))
    rows = [
        (
            place,
            formats.number(calls[place].denominator),
            calls[place].is_small,
            [figure(found.get((name, place)), registry[name]) for name in ids],
        )
        for place in places
    ]
    columns = [str(registry[metric_id]["metric_name"]) for metric_id in ids]
    return Table(dimension, columns, rows, any(row[2] for row in rows))


def on_time_table(cells: Sequence[Cell], dimension: str, metric: Row) -> Table:
    """Return the on-time rate of each place with its interval drawn on one common axis."""
    found = [cell for cell in cells if cell.metric_id == "M-32" and cell.slice_by == dimension and cell.denominator]
    shown = [cell for cell in found if cell.value is not None]
    lows = [cell.ci_low if cell.ci_low is not None else cell.value or 0 for cell in shown]
    ends = axis(min(lows, default=0.0), 1.0, "share")
    rows = [
        (
            cell.place(dimension),
            formats.number(cell.denominator),
            cell.is_small,
            [figure(cell, metric, (ends[0], ends[-1]))],
        )
        for cell in sorted(found, key=lambda cell: _order(cell, cell.place(dimension)))
    ]
    names = [formats.percent(ends[0]), formats.percent(ends[-1])]
    return Table(dimension, names, rows, any(row[2] for row in rows))


def figure(cell: Cell | None, metric: Row, domain: tuple[float, float] | None = None) -> Figure:
    """Return one cell in words.

    Args:
        cell: the figure, None where the warehouse has no row for it.
        metric: its row of the registry.
        domain: the value axis of its interval mark; none is drawn without one.
    """
    if cell is None or cell.value is None:
        row = {} if cell is None else {"denominator": cell.denominator}
        return Figure(formats.NOT_AVAILABLE, why=missing_because(row, metric))
    kind = formats.unit_kind(metric["unit"], metric["kind"])
    has_change = cell.is_comparable and cell.previous_value is not None
    return Figure(
        value=("at least " if cell.is_truncated else "") + formats.value_text(cell.value, kind),
        interval=formats.interval_text(cell.ci_low, cell.ci_high, kind),
        is_small=cell.is_small,
        is_provisional=cell.maturity == "provisional",
        change=change_of(cell, kind) if has_change else "",
        basis=f"{formats.number(cell.numerator)} of {formats.number(cell.denominator)}",
        mark=mark(cell.value, cell.ci_low, cell.ci_high, domain) if domain else Markup(""),
    )


def change_of(cell: Cell, kind: str) -> str:
    """Return the change against the week before in words, empty without one."""
    if cell.value is None or cell.previous_value is None:
        return ""
    return formats.change_text(cell.value - cell.previous_value, kind)


def _order(cell: Cell, place: str) -> tuple[bool, bool, float, str]:
    return cell.is_small, place == UNKNOWN, -(cell.denominator or 0), place

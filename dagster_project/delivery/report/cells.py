"""Cells of the weekly metrics: one metric in one slice, this week beside the weeks before."""

from dataclasses import dataclass, replace
from datetime import date

import duckdb

from dagster_project.delivery.report import queries
from dagster_project.delivery.report.source import fetch
from dagster_project.delivery.report.stats import wilson

SMALL = 30  # cells with fewer cases are shown and marked, never ranked or tested
ALL = "(all)"
UNKNOWN = "unknown"
REASON_SHARE = "reason share"
DIMENSIONS = (
    "source", "segment", "owner", "outcome", "carrier", "region", "warehouse", "product_category", "delivery_stage",
    "reason_code", "phase",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A metric in one slice: this week, the week before, and the four weeks before pooled.

    `is_comparable` tells whether the figure may be compared with finished weeks, `base_width` is
    the width of the pooled 95 % interval. `is_share` tells whether units either count or do not (a mean can look like a
    share by chance). Counts are None where the week has none.
    """

    metric_id: str
    slice_by: str
    segment: str
    carrier: str
    region: str
    delivery_stage: str
    reason_code: str
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    maturity: str | None = None
    is_rankable: bool = False
    is_comparable: bool = False
    is_truncated: bool = False
    previous_value: float | None = None
    previous_denominator: float | None = None
    base_weeks: int = 0
    base_numerator: float | None = None
    base_denominator: float | None = None
    base_value: float | None = None
    base_width: float | None = None
    is_share: bool = True
    source: str = ALL
    owner: str = ALL
    outcome: str = ALL
    warehouse: str = ALL
    product_category: str = ALL
    phase: str = ALL

    @property
    def is_small(self) -> bool:
        """Whether the cell has too few cases to be ranked."""
        return not self.is_rankable

    def place(self, dimension: str) -> str:
        """Return the value of a dimension: segment, carrier, region, ..."""
        return str(getattr(self, dimension))


def read_cells(con: duckdb.DuckDBPyConnection, week: date, metrics: list[str], slices: list[str]) -> list[Cell]:
    """Return the cells of some metrics in some slices, `week` beside the four weeks before."""
    rows = fetch(con, queries.CELLS, week=week, metrics=metrics, slices=slices)
    return [Cell(**row) for row in rows]


def reason_shares(cells: list[Cell]) -> list[Cell]:
    """Turn call counts by reason into shares of all calls, of each carrier and of each region.

    `cells` belong to one metric whose denominator is the number of calls, in the slices all,
    carrier and region, and the same three with reason_code. A reason without a call in a place
    has no row there; it becomes a share of 0 %.
    """
    shares = []
    for part, slice_by in _REASON_SLICES.items():
        found = {_spot(cell): cell for cell in cells if cell.slice_by == slice_by}
        codes = sorted({cell.reason_code for cell in found.values()})
        for whole in (cell for cell in cells if cell.slice_by == part):
            for code in codes:
                empty = Cell(
                    whole.metric_id, slice_by, whole.segment, whole.carrier, whole.region,
                    whole.delivery_stage, code,
                )  # fmt: skip
                shares.append(_share(found.get(_spot(empty), empty), whole))
    return shares


_REASON_SLICES = {
    "all": "reason_code",
    "carrier": "carrier+reason_code",
    "region": "region+reason_code",
}


def _spot(cell: Cell) -> tuple[str, str, str]:
    return cell.carrier, cell.region, cell.reason_code


def _share(cell: Cell, whole: Cell) -> Cell:
    count, calls = cell.denominator or 0, whole.denominator or 0
    interval = wilson(count, calls) or (None, None)
    base_count, base_calls = cell.base_denominator or 0, whole.base_denominator or 0
    before = whole.previous_denominator
    return replace(
        cell,
        metric_id=REASON_SHARE,
        numerator=count,
        denominator=calls,
        value=count / calls if calls else None,
        ci_low=interval[0],
        ci_high=interval[1],
        maturity="final",
        is_rankable=calls >= SMALL,
        is_comparable=bool(calls),
        is_truncated=False,
        previous_value=(cell.previous_denominator or 0) / before if before else None,
        base_weeks=whole.base_weeks,
        base_numerator=base_count,
        base_denominator=base_calls,
        base_value=base_count / base_calls if base_calls else None,
        base_width=None,
    )

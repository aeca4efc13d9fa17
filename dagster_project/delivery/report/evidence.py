"""What stands behind a line of the report: which reasons grew, who owns them, three calls to listen to.

The calls are the units of the figure itself: the registry says which table holds them and what its numerator is.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from dagster_project.delivery.report import evidence_queries, formats, queries
from dagster_project.delivery.report.cells import ALL, DIMENSIONS, REASON_SHARE, Cell
from dagster_project.delivery.report.reasons import Reason, Reasons
from dagster_project.delivery.report.source import Row, fetch
from dagster_project.delivery.report.standout import Line
from dagster_project.delivery.report.stats import two_proportion_p

MOST_GROWN = 2
SURE = 0.05
LEAST_CALLS = 3  # a reason of fewer calls than this explains nothing
# kinds whose units either are in the numerator or are not
COUNTED = ("proportion", "survival", "count")


@dataclass(frozen=True)
class Call:
    """A call to listen to; no customer is named."""

    call_id: str
    words: str
    reason: Reason


@dataclass(frozen=True)
class Part:
    """A verified reason among the calls behind a figure: its share now and in the weeks before.

    `has_grown` tells whether the share rose beyond chance.
    """

    reason: Reason
    share: float
    share_before: float | None
    has_grown: bool


@dataclass(frozen=True)
class Evidence:
    """What stands behind one line: `parts` are the reasons that grew, else the most frequent one."""

    calls: int
    parts: list[Part]
    owners: list[str]
    examples: list[Call]


class Witness:
    """Finds the calls behind a cell of the metrics."""

    def __init__(self, con: duckdb.DuckDBPyConnection, week: date, registry: dict[str, Row], reasons: Reasons) -> None:
        """Take the published warehouse, the reported week, the registry and the reason codes."""
        self._con = con
        self._week = week
        self._registry = registry
        self._reasons = reasons
        self._columns: dict[str, set[str]] = {}
        self._schemas: dict[str, str] = {}
        for row in fetch(con, queries.COLUMNS):
            self._columns.setdefault(row["table_name"], set()).add(row["column_name"])
            self._schemas[row["table_name"]] = row["schema_name"]

    def __call__(self, line: Line) -> Evidence | None:
        """Return what stands behind a line, None where no call does."""
        units = self._units(line.cell, line.reference)
        if units is None:
            return None
        wanted: dict[str, Any] = {"week": self._week}
        wanted |= {name: line.cell.place(name) for name in DIMENSIONS if line.cell.place(name) != ALL}
        counts = fetch(self._con, evidence_queries.BEHIND_REASONS.format(units=units), **wanted)
        examples = fetch(self._con, evidence_queries.BEHIND_CALLS.format(units=units), **wanted)
        if not examples:
            return None
        is_reason = line.cell.metric_id == REASON_SHARE
        parts = [] if is_reason else self._parts(counts)
        named = [self._reasons(line.cell.reason_code)] if is_reason else [part.reason for part in parts]
        return Evidence(
            calls=sum(row["calls"] for row in counts),
            parts=parts,
            owners=list(dict.fromkeys(reason.owner for reason in named if reason.owner)),
            examples=[
                Call(row["call_id"], formats.spoken(row["reason_evidence"]), self._reasons(row["reason_code"]))
                for row in examples
            ],
        )

    def _parts(self, counts: list[Row]) -> list[Part]:
        """Return the reasons whose share among the calls surely rose, else the most frequent reason."""
        now, before = sum(row["calls"] for row in counts), sum(row["calls_before"] for row in counts)
        found = [
            self._part(row, now, before)
            for row in counts
            if row["calls"] >= LEAST_CALLS and not self._reasons(row["reason_code"]).is_state
        ]
        grown = [part for part in found if part.has_grown]
        grown.sort(key=lambda part: (part.share_before or 0.0) - part.share)
        return grown[:MOST_GROWN] or found[:1]

    def _part(self, row: Row, now: int, before: int) -> Part:
        share, share_before = row["calls"] / now, row["calls_before"] / before if before else None
        p = two_proportion_p(row["calls"], now, row["calls_before"], before)
        has_grown = share_before is not None and share > share_before and p < SURE
        return Part(self._reasons(row["reason_code"]), share, share_before, has_grown)

    def _units(self, cell: Cell, reference: float) -> str | None:
        """Return the calls behind a cell as a select of call_id and week, None if its units are not calls."""
        places = [f"{name} = ${name}" for name in DIMENSIONS if cell.place(name) != ALL]
        if cell.metric_id == REASON_SHARE:
            return evidence_queries.UNITS.format(
                table="marts.fct_calls", week="week_start_date", where=" and ".join(["is_engaged_inbound", *places])
            )
        metric = self._registry.get(cell.metric_id, {})
        table, week = metric.get("fact_table"), metric.get("week_column")
        known = self._columns.get(str(table), set())
        if table is None or week not in known:
            return None
        where = " and ".join([f"({metric['denominator_sql']})", *_side(metric, cell, reference), *places])
        select = (
            evidence_queries.UNITS
            if "call_id" in known
            else evidence_queries.UNITS_BY_ORDER
            if "order_id" in known
            else None
        )
        return select and select.format(table=f"{self._schemas[table]}.{table}", week=week, where=where)


def _side(metric: Row, cell: Cell, reference: float) -> list[str]:
    """Return the condition of the units that moved the figure: those counted if it rose, else the others."""
    if metric["kind"] not in COUNTED:
        return []
    counted = f"coalesce(({metric['numerator_sql']}), false)"
    return [counted if (cell.value or 0.0) > reference else f"not {counted}"]

"""Who should look at what: the rows of `marts.ops_feedback`, where the warehouse has them."""

from dataclasses import dataclass
from datetime import date

import duckdb

from dagster_project.delivery.report import formats, queries
from dagster_project.delivery.report.reasons import Reasons
from dagster_project.delivery.report.source import Row, fetch

NEEDED = {
    "week_start_date", "owner", "party", "reason_code", "volume", "calls", "rate", "ci_low", "ci_high", "change",
    "excess_volume", "is_real", "example_1_call_id", "example_2_call_id", "example_3_call_id",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """What one owner should look at: a reason at a party, its calls, its change, calls to listen to."""

    owner: str
    party: str
    reason: str
    basis: str
    rate: str
    interval: str
    change: str
    examples: list[str]


@dataclass(frozen=True)
class Feedback:
    """The items whose change is real, and how many items there were."""

    items: list[Item]
    judged: int
    hidden: int


MOST = 12


def read_feedback(con: duckdb.DuckDBPyConnection, week: date, reasons: Reasons) -> Feedback | None:
    """Return the week's feedback with a real change, the largest first; None where no such table is."""
    columns = {row["column_name"] for row in fetch(con, queries.COLUMNS) if row["table_name"] == "ops_feedback"}
    if not columns >= NEEDED:
        return None
    rows = fetch(con, queries.FEEDBACK, week=week)
    real = [row for row in rows if row["is_real"]]
    return Feedback(
        items=[_item(row, reasons) for row in real[:MOST]],
        judged=len(rows),
        hidden=max(0, len(real) - MOST),
    )


def _item(row: Row, reasons: Reasons) -> Item:
    return Item(
        owner=row["owner"],
        party=row["party"] or "",
        reason=reasons(row["reason_code"]).name,
        basis=formats.basis_text(row["volume"], row["calls"], row["rate"], "share"),
        rate=formats.percent(row["rate"]),
        interval=formats.interval_text(row["ci_low"], row["ci_high"], "share"),
        change=formats.change_text(row["change"], "share"),
        examples=[row[name] for n in (1, 2, 3) if row[name := f"example_{n}_call_id"]],
    )

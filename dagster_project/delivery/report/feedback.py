"""Who owns what changed: the rows of `marts.ops_feedback`, as far as the warehouse has them."""

from dataclasses import dataclass
from datetime import date

import duckdb

from dagster_project.delivery.report import formats, queries
from dagster_project.delivery.report.reasons import Reasons
from dagster_project.delivery.report.source import Row, fetch

MOST = 12
NEEDED = {"owner", "reason_code", "week_start_date"}


@dataclass(frozen=True)
class Item:
    """What one owner should look at: a reason, its calls, its change, calls to listen to."""

    owner: str
    reason: str
    calls: str
    change: str
    is_real: bool
    examples: list[str]


def read_feedback(con: duckdb.DuckDBPyConnection, week: date, reasons: Reasons) -> list[Item] | None:
    """Return the week's feedback, real changes first; None where the warehouse has no such table."""
    columns = {row["column_name"] for row in fetch(con, queries.COLUMNS) if row["table_name"] == "ops_feedback"}
    if not columns >= NEEDED:
        return None
    rows = fetch(con, "select * from marts.ops_feedback where week_start_date = $week", week=week)
    items = [_item(row, reasons) for row in rows]
    return sorted(items, key=lambda item: (not item.is_real, -int(item.calls.replace(",", "") or 0), item.owner))[:MOST]


def _item(row: Row, reasons: Reasons) -> Item:
    reason = reasons(row["reason_code"])
    examples = [row[name] for name in sorted(row) if "call_id" in name and isinstance(row[name], str)]
    return Item(
        owner=row["owner"] or "nobody yet",
        reason=reason.name,
        calls=formats.number(_first(row, "count_calls", "volume", "calls") or 0),
        change=_change(row),
        is_real=bool(row.get("is_real")),
        examples=examples[:3],
    )


def _first(row: Row, *names: str) -> float | None:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _change(row: Row) -> str:
    change = _first(row, "change", "change_share", "share_change")
    return "" if change is None else formats.change_text(change, "share" if abs(change) < 1 else "count")

"""A small published warehouse: three weeks of two metrics, written by hand, quick to make."""

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.delivery.export.columns import _described
from dagster_project.delivery.export.queries import DIMENSIONS

WEEKS = [date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)]
_RESTATEMENTS = """
    metric_id varchar, metric_version varchar, week_start_date date, slice_by varchar, slice varchar,
    as_published double, as_now_known double, why varchar, published_snapshot_id varchar,
    snapshot_id varchar, run_id varchar, restated_at timestamptz, denominator_as_published double,
    denominator_as_now_known double
"""
# carrier, region, reason, calls: the last carrier is small
CELLS = [
    ("Bluebird", "North", "DEL.LATE.PAST_PROMISE", 60),
    ("Bluebird", "South", "RET.HOWTO.RETURN_INSTRUCTIONS", 40),
    ("Northway", "North", "DEL.LATE.PAST_PROMISE", 31),
    ("Tortoise", "South", "DEL.LATE.PAST_PROMISE", 3),
]
_SLICES = ("", "carrier", "region", "reason_code", "carrier+region", "carrier+reason_code", "region+reason_code")


def publish(
    folder: Path, run: str = "run-1", extra: int = 0, restated: bool = False, base: int = 0, weeks: int = len(WEEKS)
) -> Path:
    """Write a published version and point the link at it.

    `extra` escalations come to week two, `base` seconds to every handle time. `weeks` weeks are
    published.
    """
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    path = versions / f"whycall_{run}.duckdb"
    con = duckdb.connect(str(path))
    con.execute("set TimeZone = 'UTC'; create schema marts; create schema ops")
    for model in ("metric_weekly", "dim_metrics", "dim_reason_codes"):
        columns = ", ".join(f'"{column.name}" {column.data_type}' for column in _described(model).values())
        con.execute(f"create table marts.{model} ({columns})")
    con.execute(f"create table ops.restatements ({_RESTATEMENTS})")
    con.execute(
        "create table ops.run_context as select $run as run_id, 'snap-' || $run as snapshot_id, "
        "'0.1.0' as whycall_version, timestamptz '2026-01-26 06:00:00+00' as as_of",
        {"run": run},
    )
    con.execute(
        "create table marts.dim_weeks as select distinct week::date as week_start_date, "
        "week::timestamp at time zone 'UTC' as starts_at, starts_at + interval 7 day as ends_at, true as is_over "
        "from unnest($weeks::date[]) as weeks(week)",
        {"weeks": WEEKS[:weeks]},
    )
    _insert(con, "marts.dim_metrics", [_metric("M-08"), _metric("M-10")])
    _insert(con, "marts.dim_reason_codes", [_reason(code) for code in sorted({cell[2] for cell in CELLS})])
    _insert(con, "marts.metric_weekly", [row for week in WEEKS[:weeks] for row in _rows(week, run, extra, base)])
    if restated:
        _insert(con, "ops.restatements", [_restatement(run, "Bluebird", 100), _restatement(run, "Tortoise", 3)])
    con.close()
    link = folder / ".link"
    link.symlink_to(path)
    link.replace(folder / "whycall.duckdb")
    return folder


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict]) -> None:
    con.register("rows", pa.Table.from_pylist(rows))
    con.execute(f"insert into {table} by name select * from rows")
    con.unregister("rows")


def _rows(week: date, run: str, extra: int, base: int) -> list[dict]:
    cells: dict[tuple, int] = {}
    for carrier, region, reason, calls in CELLS:
        place = {"carrier": carrier, "region": region, "reason_code": reason}
        for slice_by in _SLICES:
            shown = tuple(place[name] if name in slice_by.split("+") else "(all)" for name in place)
            cells[slice_by or "all", *shown] = cells.get((slice_by or "all", *shown), 0) + calls
    rows = []
    for (slice_by, *place), calls in cells.items():
        dimensions = dict.fromkeys(DIMENSIONS, "(all)") | dict(
            zip(("carrier", "region", "reason_code"), place, strict=True)
        )
        more = extra if week == WEEKS[1] and "Bluebird" in place else 0
        for metric, value in (("M-08", (calls // 3 + more) / calls), ("M-10", 1000 / 7 + calls + base)):
            rows.append(
                {"metric_id": metric, "metric_version": 1, "week_start_date": week, "slice_by": slice_by, **dimensions,
                 "numerator": value * calls, "denominator": calls, "value": value, "ci_low": value * 0.9,
                 "ci_high": value * 1.1, "maturity": "final", "is_rankable": calls >= 30, "snapshot_id": run,
                 "median": value if metric == "M-10" else None, "is_truncated": False}
            )  # fmt: skip
    return rows


def _metric(metric_id: str) -> dict:
    return {"metric_id": metric_id, "metric_version": 1, "metric_name": f"Metric {metric_id}", "formula": "a / b",
            "direction": "down", "unit": "share", "grain": "call", "source": "fct_calls", "kind": "proportion",
            "window_hours": 0, "is_published_provisional": True, "dimensions": ", ".join(DIMENSIONS)}  # fmt: skip


def _reason(code: str) -> dict:
    return {"reason_code": code, "reason_kind": "leaf", "l1": code.split(".")[0], "ops_owner": "carrier"}


def _restatement(run: str, carrier: str, calls: int) -> dict:
    return {"metric_id": "M-08", "metric_version": "1", "week_start_date": WEEKS[1], "slice_by": "carrier",
            "slice": f"(all)|{carrier}", "as_published": 0.25, "as_now_known": 0.375, "why": "late or corrected data",
            "published_snapshot_id": "snap-run-1", "snapshot_id": f"snap-{run}", "run_id": run,
            "restated_at": "2026-02-01 10:00:00+00", "denominator_as_published": calls,
            "denominator_as_now_known": calls}  # fmt: skip

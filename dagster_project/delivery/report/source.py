"""Reads a published warehouse: rows as dictionaries, the run behind it, the week to report."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from dagster_project.delivery.report import queries

Row = dict[str, Any]


@dataclass(frozen=True)
class RunContext:
    """The run that built the warehouse. `as_of_local` is wall-clock time in `timezone`."""

    run_id: str
    version: str
    taxonomy_version: str
    model_version: str
    snapshot_id: str
    timezone: str
    as_of_local: datetime
    as_of_week: date


def fetch(con: duckdb.DuckDBPyConnection, sql: str, **parameters: Any) -> list[Row]:
    """Return the rows of one query as dictionaries, column name to value."""
    cursor = con.execute(sql, parameters)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def read_context(con: duckdb.DuckDBPyConnection) -> RunContext:
    """Return the run that built the warehouse.

    Raises:
        ValueError: `ops.run_context` is empty, so the warehouse was never built by a run.
    """
    rows = fetch(con, queries.RUN_CONTEXT)
    if not rows:
        raise ValueError("ops.run_context is empty: run `whycall run` before asking for a report")
    row = rows[0]
    return RunContext(
        run_id=row["run_id"],
        version=row["whycall_version"],
        taxonomy_version=row["taxonomy_version"],
        model_version=row["model_version"],
        snapshot_id=str(row["snapshot_id"]),
        timezone=row["reporting_timezone"],
        as_of_local=row["as_of_local"],
        as_of_week=row["as_of_week"],
    )


def report_week(con: duckdb.DuckDBPyConnection, week_start: date | None = None) -> date:
    """Return the Monday to report: the one asked for, else the last complete week with calls.

    Without a complete week it is the latest week with calls, without calls the week of as-of.

    Raises:
        ValueError: `week_start` is not a Monday.
    """
    if week_start is not None:
        if week_start.weekday() != 0:
            raise ValueError(f"week_start must be a Monday, got {week_start:%A} {week_start}")
        return week_start
    found = fetch(con, queries.REPORT_WEEK)[0]
    return found["last_complete"] or found["latest"] or read_context(con).as_of_week

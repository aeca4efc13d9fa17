"""Runs the product as its users do and reads what it published."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

REPOSITORY = Path(__file__).resolve().parents[2]
Table = list[dict[str, Any]]

# what names one run or one build, and may differ between two runs over the same landing
RUN_COLUMNS = frozenset({"snapshot_id", "run_id", "built_at", "loaded_at", "published_at"})


class ProductRefused(AssertionError):
    """The product did not publish."""


def run_product(landing: Path, warehouse: Path, as_of: datetime, timezone: str) -> str:
    """One run of the contract's command; its output, or an error with the end of it."""
    command = [sys.executable, "-m", "dagster_project.cli", "run", "--landing", str(landing)]
    command += ["--warehouse", str(warehouse), "--as-of", as_of.isoformat(), "--timezone", timezone]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ProductRefused(f"exit code {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


class Published:
    """The published warehouse, opened read-only."""

    def __init__(self, warehouse: Path) -> None:
        self.path = warehouse / "whycall.duckdb"
        self._tables: dict[str, Table] = {}

    def table(self, name: str) -> Table:
        """All rows of a table, with timestamps in UTC and decimals as floats."""
        if name not in self._tables:
            with duckdb.connect(str(self.path), read_only=True) as connection:
                connection.execute("set timezone = 'UTC'")
                cursor = connection.execute(f"select * from {name}")
                columns = [column[0] for column in cursor.description or []]
                rows = cursor.fetchall()
            self._tables[name] = [
                {column: plain(value) for column, value in zip(columns, row, strict=True)} for row in rows
            ]
        return self._tables[name]

    def comparable(self, name: str) -> list[str]:
        """The rows of a table as sorted text, without what names the run."""
        return sorted(
            repr({column: value for column, value in row.items() if column not in RUN_COLUMNS})
            for row in self.table(name)
        )


def plain(value: Any) -> Any:
    """A value in the form the oracle uses."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, Decimal):
        return float(value)
    return value


def as_date(value: Any) -> date:
    """The day of a date or timestamp column."""
    return value.date() if isinstance(value, datetime) else value

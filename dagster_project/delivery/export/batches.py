"""Reads what leaves from a published warehouse: one batch per table and week."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.delivery.export.content import content_hash
from dagster_project.delivery.export.errors import DeliveryError
from dagster_project.delivery.export.tables import WEEK, ExportTable
from dagster_project.settings import ConfigurationError

DEFAULT_FLOOR = 5
# a label is a short name; e-mail addresses and long numbers are no labels but people
_NOT_A_LABEL = r"@|(\+?[0-9][ ()/.-]?){9,}|[\n\r]"
_LONGEST_LABEL = 200


@dataclass(frozen=True)
class Batch:
    """The rows of one table and week, as they leave.

    Attributes:
        table: what it is a part of.
        week: Monday; None for a table without weeks.
        rows: in the table's schema, ordered by its key.
        content_hash: over columns and rows, whatever their order.
        suppressed: rows whose cell is too small to show.
    """

    table: ExportTable
    week: date | None
    rows: pa.Table
    content_hash: str
    suppressed: int

    @property
    def name(self) -> str:
        """For people: the table and its week."""
        return f"{self.table.name} {self.week or ''}".strip()


@dataclass(frozen=True)
class ExportSource:
    """A published warehouse to export from.

    Attributes:
        con: read-only connection.
        floor: cells of fewer units than this (and at least one) are not shown.
    """

    con: duckdb.DuckDBPyConnection
    floor: int = DEFAULT_FLOOR

    def weeks(self) -> list[date]:
        """Return the weeks with published or restated figures, oldest first."""
        sql = f"select {WEEK} from marts.metric_weekly union select {WEEK} from ops.restatements order by 1"
        return [row[0] for row in self.con.execute(sql).fetchall()]

    def run(self) -> dict[str, Any]:
        """Return run_id, snapshot_id and version of the run that published."""
        sql = "select run_id, snapshot_id, whycall_version from ops.run_context"
        row = self.con.execute(sql).fetchone()
        if row is None:
            raise ConfigurationError("the published warehouse does not know its run (run `whycall run` again)")
        return dict(zip(("run_id", "snapshot_id", "whycall_version"), row, strict=True))

    def batches(self, table: ExportTable, weeks: list[date]) -> Iterator[Batch]:
        """Yield the table's batches; a week without rows is an empty batch.

        Raises:
            DeliveryError: a key twice, or a value that is no label.
        """
        if not table.is_weekly:
            yield self._batch(table, None)
            return
        for week in weeks:
            yield self._batch(table, week)

    def _batch(self, table: ExportTable, week: date | None) -> Batch:
        names = [column.name for column in table.columns]
        sql = f"select {', '.join(names)}, is_suppressed as _small from ({table.sql})"
        parameters: dict[str, Any] = {"floor": self.floor} if "$floor" in sql else {}
        if week:
            sql += f" where {WEEK} = $week"
            parameters["week"] = week
        try:
            found = self.con.execute(f"{sql} order by {', '.join(table.key)}", parameters).to_arrow_table()
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise ConfigurationError(
                f"the published warehouse is of another version of whycall and lacks something of {table.name} "
                "(publish it again: `whycall run ... --force`)"
            ) from error
        small = sum(found.column("_small").to_pylist())
        rows = found.select(names).cast(table.arrow_schema())
        _refuse_personal_values(table, rows)
        _refuse_repeated_keys(table, week, rows)
        return Batch(table, week, rows, content_hash(names, _tuples(rows)), small)


def parse_weeks(text: str | None, known: list[date]) -> list[date]:
    """Return the weeks that are asked for: all, `last:4`, Mondays with commas, or `first..last`.

    Raises:
        ConfigurationError: not in that form, no Monday, or not published.
    """
    if not text:
        return known
    if match := re.fullmatch(r"last:([1-9]\d*)", text):
        return known[-int(match[1]) :]
    if ".." in text:
        first, last = (_monday(part) for part in text.split("..", 1))
        return [week for week in known if first <= week <= last]
    wanted = sorted({_monday(part) for part in text.split(",")})
    if missing := [str(week) for week in wanted if week not in known]:
        raise ConfigurationError(
            f"--weeks: no figures are published for {', '.join(missing)} (published: {_span(known)})"
        )
    return wanted


def _monday(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise ConfigurationError(
            f"--weeks: not a date: {text!r} (for example 2026-01-05, 2026-01-05..2026-02-02 or last:4)"
        ) from error
    if day.weekday():
        raise ConfigurationError(f"--weeks: {day} is no Monday ({day - timedelta(days=day.weekday())} is)")
    return day


def _span(known: list[date]) -> str:
    return f"{known[0]} to {known[-1]}" if known else "none"


def _tuples(rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in rows.columns), strict=True)


def _refuse_repeated_keys(table: ExportTable, week: date | None, rows: pa.Table) -> None:
    if rows.select(table.key).group_by(list(table.key)).aggregate([]).num_rows != rows.num_rows:
        raise DeliveryError(
            f"{table.name} {week or ''}: a key appears twice in the warehouse, nothing of it was sent "
            "(build again with `whycall run --force`)"
        )


def _refuse_personal_values(table: ExportTable, rows: pa.Table) -> None:
    for name in table.labels:
        for value in rows.column(name).unique().to_pylist():
            if any(len(part) > _LONGEST_LABEL or re.search(_NOT_A_LABEL, part) for part in (value or "").split("|")):
                raise DeliveryError(
                    f"{table.name}.{name} holds a value that looks like an e-mail address, a number or free text "
                    "(not shown here), nothing of this batch was sent; correct it in the landing files"
                )

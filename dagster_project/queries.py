"""`whycall query`: one read-only statement on the published file."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import duckdb

from dagster_project.settings import ConfigurationError
from dagster_project.warehouse import Warehouse

_COPY_OPTIONS = {"csv": "format csv, header", "json": "format json", "parquet": "format parquet"}
SHOWN_ROWS = 200


def run_query(warehouse: Warehouse, sql: str, output_format: str = "table", output: Path | None = None) -> None:
    """Run one statement and print or write its rows.

    Args:
        warehouse: must have been published.
        sql: one select; the connection is read-only and sees no other file.
        output_format: table, csv, json (one object a line) or parquet.
        output: file to write; parquet needs one.

    Raises:
        ConfigurationError: nothing published, the SQL fails, or parquet without a file.
    """
    if output_format == "parquet" and output is None:
        raise ConfigurationError("parquet needs a file: --output FILE.parquet")
    with warehouse.connect_published() as con:
        try:
            if len(con.extract_statements(sql)) != 1:
                raise ConfigurationError("give exactly one SQL statement")
            lock_down(con)
            relation = con.sql(sql)
        except duckdb.Error as error:
            raise ConfigurationError(f"SQL: {_first_lines(error)}") from error
        if relation is None:
            raise ConfigurationError("this statement returns no rows; only queries are allowed")
        try:
            write_rows(relation, output_format, output)
        except duckdb.Error as error:
            raise ConfigurationError(f"SQL: {_first_lines(error)}") from error


def lock_down(con: duckdb.DuckDBPyConnection) -> None:
    """Keep analysts' SQL from reading or writing other files of this machine, for good."""
    con.execute("set enable_external_access = false; set lock_configuration = true")


def write_rows(relation: duckdb.DuckDBPyRelation, output_format: str, output: Path | None) -> None:
    """Print rows on standard output, or write them to a file."""
    if output_format == "table" and output is None:
        relation.show(max_rows=SHOWN_ROWS, max_width=200)
        return
    options = _COPY_OPTIONS.get(output_format, _COPY_OPTIONS["csv"])
    if output:
        rows = _copy(relation, output, options)
        sys.stdout.write(f"{rows} rows -> {output}\n")
        return
    # through a file: DuckDB would open standard output anew and cut off what a shell appends to
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result"
        _copy(relation, result, options)
        sys.stdout.flush()
        # a reader that has seen enough, as `head`, is no fault
        with result.open("rb") as rows_file, contextlib.suppress(BrokenPipeError):
            shutil.copyfileobj(rows_file, sys.stdout.buffer)
            sys.stdout.flush()
            return
        # Python flushes once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _copy(relation: duckdb.DuckDBPyRelation, target: Path, options: str) -> int:
    """Write the rows to a file and return their number; equal column names are told apart by a number."""
    # the analyst's connection has no file access, so a second one writes what it returned
    table = relation.to_arrow_table()
    seen: Counter[str] = Counter()
    names = []
    for column in relation.columns:
        names.append(f"{column}_{seen[column]}" if seen[column] else column)
        seen[column] += 1
    with duckdb.connect() as writer:
        writer.execute("set TimeZone = 'UTC'")
        writer.register("result", table.rename_columns(names))
        writer.execute(f"copy result to '{str(target).replace(chr(39), chr(39) * 2)}' ({options})")
    return int(table.num_rows)


def _first_lines(error: duckdb.Error) -> str:
    return "\n".join(str(error).splitlines()[:4])

"""Reads landing files row by row into (line, values or problem), without judging the values."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyarrow import parquet

ENDINGS = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".parquet")


@dataclass(frozen=True)
class RawRow:
    """One input row: where it stands, and its values by lower-case name or why it has none."""

    file: str
    line: int
    values: dict[str, Any]
    problem: str | None


def landing_files(landing: Path, source: str) -> list[Path]:
    """Every file of a source with a known ending, in the order of its path."""
    folder = landing / source
    found = (path for path in folder.rglob("*") if path.is_file() and path.name.endswith(ENDINGS))
    return sorted(found, key=lambda path: path.relative_to(landing).as_posix())


def read_rows(landing: Path, path: Path, required: tuple[str, ...]) -> Iterator[RawRow]:
    """All rows of one file; blank lines are no rows."""
    name = path.relative_to(landing).as_posix()
    if name.endswith(".parquet"):
        yield from _parquet_rows(path, name, required)
        return
    data = path.read_bytes()
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    # surrogateescape keeps a wrong byte inside its own row, so that the file is not lost
    text = data.decode("utf-8-sig", errors="surrogateescape")
    if ".jsonl" in path.name:
        yield from _json_rows(text, name)
    else:
        yield from _csv_rows(text, name, required)


def _parquet_rows(path: Path, name: str, required: tuple[str, ...]) -> Iterator[RawRow]:
    table = parquet.read_table(path)
    columns = [column.lower() for column in table.column_names]
    problem = _missing_columns(columns, required)
    for number, row in enumerate(table.to_pylist(), start=1):
        yield RawRow(name, number, dict(zip(columns, row.values(), strict=True)), problem)


def _json_rows(text: str, name: str) -> Iterator[RawRow]:
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")
        if not line:
            continue
        if _has_bad_bytes(line):
            yield RawRow(name, number, {}, "bad encoding")
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError:
            yield RawRow(name, number, {}, "unreadable line")
            continue
        if isinstance(value, dict):
            yield RawRow(name, number, {key.lower(): item for key, item in value.items()}, None)
        else:
            yield RawRow(name, number, {}, "not an object")


def _csv_rows(text: str, name: str, required: tuple[str, ...]) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""))
    columns = [column.lower() for column in next(reader, [])]
    missing = _missing_columns(columns, required)
    start = reader.line_num + 1
    for fields in reader:
        line, start = start, reader.line_num + 1
        if not fields:
            continue
        if missing:
            yield RawRow(name, line, {}, missing)
        elif len(fields) != len(columns):
            yield RawRow(name, line, {}, "wrong number of fields")
        elif any(_has_bad_bytes(field) for field in fields):
            yield RawRow(name, line, {}, "bad encoding")
        else:
            yield RawRow(name, line, dict(zip(columns, fields, strict=True)), None)


def _missing_columns(columns: list[str], required: tuple[str, ...]) -> str | None:
    missing = [column for column in required if column not in columns]
    return f"required column missing: {', '.join(missing)}" if missing else None


def _has_bad_bytes(text: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in text)

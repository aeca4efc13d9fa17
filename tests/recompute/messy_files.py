"""Writes records in one of the landing formats, in the spellings the contract allows."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from .landing_schema import SOURCES
from .messy_orders import Row

ENDINGS = ("csv", "csv.gz", "jsonl", "jsonl.gz", "parquet")
# stands for a byte that is not UTF-8 until the file is written
BAD_BYTE = "@@bad-byte@@"
_TRUE, _FALSE = ("true", "True", "1", "yes", "YES"), ("false", "FALSE", "0", "no")
_ZONES = (UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-5, minutes=-30)))


@dataclass(frozen=True)
class Verbatim:
    """A value that is written exactly as it stands, wrong or not."""

    text: str


@dataclass(frozen=True)
class BrokenLine:
    """A whole line that is no valid row; written as bytes, without its line end."""

    data: bytes


class FileWriter:
    """Spells values at random and writes files."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def text_of(self, source: str, column: str, value: Any) -> Any:
        """One of the allowed spellings of a value."""
        if isinstance(value, Verbatim):
            return value.text
        if isinstance(value, datetime):
            return self._timestamp(value)
        if isinstance(value, bool):
            return self.random.choice(_TRUE if value else _FALSE)
        if isinstance(value, list | dict):
            separators = self.random.choice([(",", ":"), (", ", ": ")])
            return json.dumps(value, separators=separators)
        if column in _numbers(source):
            return self.random.choice(_number_spellings(Decimal(str(value)), column))
        return str(value)

    def _timestamp(self, value: datetime) -> str:
        moment = value.astimezone(self.random.choice(_ZONES))
        text = moment.isoformat()
        if moment.utcoffset() == timedelta(0):
            # without an offset a timestamp is read as UTC
            text = text.removesuffix("+00:00") + self.random.choice(["Z", "+00:00", ""])
        return text

    def write(self, path: Path, source: str, rows: list[Row | BrokenLine]) -> None:
        """Write rows in the format of the file's ending; broken lines only fit text files."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.name.endswith(".parquet"):
            self._write_parquet(path, source, [row for row in rows if not isinstance(row, BrokenLine)])
            return
        data = self._json_bytes(source, rows) if ".jsonl" in path.name else self._csv_bytes(source, rows)
        if path.name.endswith(".gz"):
            data = gzip.compress(data, mtime=0)
        path.write_bytes(data)

    def _csv_bytes(self, source: str, rows: list[Row | BrokenLine]) -> bytes:
        columns = _columns(source, rows)
        self.random.shuffle(columns)
        end = self.random.choice([b"\n", b"\r\n"])
        style = self.random.choice([str.lower, str.upper, str.title])
        start = self.random.choice([b"\xef\xbb\xbf", b""])
        lines = [start + ",".join(map(style, columns)).encode()]
        for row in rows:
            if isinstance(row, BrokenLine):
                lines.append(row.data)
                continue
            buffer = io.StringIO()
            fields = [self._field(source, row, column) for column in columns]
            csv.writer(buffer, lineterminator="\n").writerow(fields)
            lines.append(_encoded(buffer.getvalue().removesuffix("\n")))
            if self.random.random() < 0.02:
                lines.append(b"")
        return end.join(lines) + self.random.choice([end, b""])

    def _field(self, source: str, row: Row, column: str) -> str:
        value = row.get(column)
        return "" if value is None else str(self.text_of(source, column, value))

    def _json_bytes(self, source: str, rows: list[Row | BrokenLine]) -> bytes:
        lines = []
        for row in rows:
            if isinstance(row, BrokenLine):
                lines.append(row.data)
                continue
            style = self.random.choice([str.lower, str.lower, str.upper])
            names = list(row)
            self.random.shuffle(names)
            values = {style(name): self._json_value(source, name, row[name]) for name in names}
            lines.append(_encoded(json.dumps(values, ensure_ascii=self.random.random() < 0.5)))
            if self.random.random() < 0.02:
                lines.append(b"")
        return self.random.choice([b"\n", b"\r\n"]).join(lines) + b"\n"

    def _json_value(self, source: str, column: str, value: Any) -> Any:
        """The JSON value itself or its text, where both are the same content."""
        if value is None:
            return None
        if isinstance(value, bool | list | dict) and self.random.random() < 0.5:
            return value
        if column in _numbers(source) and not isinstance(value, Verbatim) and self.random.random() < 0.5:
            return value if isinstance(value, int) else float(value)
        return self.text_of(source, column, value)

    def _write_parquet(self, path: Path, source: str, rows: list[Row]) -> None:
        """Timestamps and booleans as their own types half of the time, everything else as text."""
        arrays, names = [], _columns(source, rows)
        for name in names:
            values = [row.get(name) for row in rows]
            is_plain = not any(isinstance(value, Verbatim) for value in values)
            kinds = {type(value) for value in values if value is not None}
            if is_plain and kinds == {datetime} and self.random.random() < 0.5:
                arrays.append(pa.array(values, pa.timestamp("us", tz=self.random.choice(["UTC", None]))))
            elif is_plain and kinds == {bool} and self.random.random() < 0.5:
                arrays.append(pa.array(values, pa.bool_()))
            else:
                texts = [None if value is None else str(self.text_of(source, name, value)) for value in values]
                arrays.append(pa.array(texts, pa.string()))
        parquet.write_table(pa.table(arrays, names=names), path)


def _encoded(line: str) -> bytes:
    return line.encode().replace(BAD_BYTE.encode(), b"Caf\xe9")


def _columns(source: str, rows: Sequence[Row | BrokenLine]) -> list[str]:
    """The columns in use, with all required ones."""
    used = {name for row in rows if not isinstance(row, BrokenLine) for name in row}
    return sorted(used | set(SOURCES[source].required))


def _numbers(source: str) -> set[str]:
    return {column.name for column in SOURCES[source].columns if column.kind in ("num", "int")}


def _number_spellings(value: Decimal, column: str) -> list[str]:
    """12.5 and 12.50 are one amount; numbers that count or identify stay whole."""
    if value == value.to_integral_value() and column in (
        "turn_no",
        "line_no",
        "start_ms",
        "end_ms",
    ):
        return [str(int(value))]
    return [f"{value:f}", f"{value:.2f}"]

"""Rows that must end in quarantine, one kind after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from .landing_schema import SOURCES
from .messy_files import BAD_BYTE, BrokenLine, Verbatim
from .messy_orders import Row

# text that the type of a column cannot be read from, or must not hold
_BAD = {
    "enum": ("teleported",),
    "ts": (
        "yesterday",
        "2024-13-45T10:00:00Z",
        "1731000000",
        "1999-12-31T23:59:59Z",
        "2199-01-01T00:00:00Z",
    ),
    "bool": ("maybe",),
    "num": ("twelve", "-1", "-0.01", "12,5"),
    "int": ("first", "1.5"),
    "json": ('{"cut": ',),
}


def broken_values(source: str, row: Row, random: Random) -> Iterator[Row]:
    """Copies of a row with one bad value each; all claim to be newer than the row itself."""
    columns = SOURCES[source].columns
    newer: Row = dict(row)
    if isinstance(row.get("source_updated_at"), datetime):
        newer["source_updated_at"] = row["source_updated_at"] + timedelta(days=1)
    for column in columns:
        bad = _BAD.get(column.kind)
        if bad is not None and column.name in row:
            yield {**newer, column.name: Verbatim(random.choice(bad))}
        if column.is_required and random.random() < 0.5:
            yield {name: value for name, value in newer.items() if name != column.name}


def with_bad_byte(source: str, row: Row) -> Row:
    """A copy of a row with a byte that is not UTF-8 in its key."""
    return {**row, SOURCES[source].key[0]: Verbatim(f"key {BAD_BYTE}")}


def broken_csv_lines() -> list[BrokenLine]:
    """Lines of a CSV file that no row can be read from, whatever the header."""
    return [
        BrokenLine(b"too,few"),
        BrokenLine(b"," * 99),
        BrokenLine(b"one field only"),
        BrokenLine(b'"a quoted\nline break",and too few'),
    ]


def broken_json_lines(source: str, row: Row) -> list[BrokenLine]:
    """Lines of a JSONL file that no row can be read from."""
    text = json.dumps({name: str(value) for name, value in row.items()})
    return [
        BrokenLine(text[: len(text) // 2].encode()),
        BrokenLine(b"not json at all"),
        BrokenLine(b"[1, 2, 3]"),
        BrokenLine(b'"a text"'),
    ]

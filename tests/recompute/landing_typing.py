"""Turns raw values into typed ones, or says why the row belongs in quarantine."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from .landing_reader import RawRow
from .landing_schema import Column, Source

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")

Typed = dict[str, Any]


class RowRefused(ValueError):
    """A row that the contract sends to quarantine."""


def typed_row(source: Source, row: RawRow, now: datetime) -> Typed:
    """The typed values of every contract column of a row.

    `now` is the wall clock: the as-of of a run may lie far back and is itself read from the data.
    """
    if row.problem:
        raise RowRefused(row.problem)
    values: Typed = {}
    for column in source.columns:
        raw = row.values.get(column.name)
        value = None if raw is None or raw == "" else _typed(column, raw, now)
        if value is None and column.is_required:
            raise RowRefused(f"missing {column.name}")
        values[column.name] = value
    return values


def _typed(column: Column, raw: Any, now: datetime) -> Any:
    if column.kind == "ts":
        return _timestamp(column, raw, now)
    if column.kind == "bool":
        return _boolean(column, raw)
    if column.kind in ("int", "num"):
        return _number(column, raw)
    if column.kind == "json":
        return _json(column, raw)
    text = str(raw)
    if column.kind == "enum" and text not in column.allowed:
        raise RowRefused(f"{column.name}: unknown value {text}")
    return text


def _timestamp(column: Column, raw: Any, now: datetime) -> datetime:
    if isinstance(raw, datetime):
        moment = raw
    elif isinstance(raw, str) and "T" in raw:
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError as error:
            raise RowRefused(f"{column.name}: not a timestamp") from error
    else:
        raise RowRefused(f"{column.name}: not a timestamp")
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if not EARLIEST <= moment <= now + timedelta(days=2):
        raise RowRefused(f"{column.name}: timestamp out of range")
    return moment


def _boolean(column: Column, raw: Any) -> bool:
    value = _BOOLEANS.get(str(raw).lower())
    if value is None:
        raise RowRefused(f"{column.name}: not a boolean")
    return value


def _number(column: Column, raw: Any) -> int | Decimal:
    text = str(raw)
    pattern = _INTEGER if column.kind == "int" else _NUMBER
    if isinstance(raw, bool) or not pattern.fullmatch(text):
        raise RowRefused(f"{column.name}: not a number")
    value = int(text) if column.kind == "int" else Decimal(text)
    if value < 0:
        raise RowRefused(f"{column.name}: negative")
    return value


def _json(column: Column, raw: Any) -> str:
    """JSON in one spelling, so that spacing and delivery form do not make a new content."""
    try:
        value = json.loads(raw) if isinstance(raw, str) else raw
    except json.JSONDecodeError as error:
        raise RowRefused(f"{column.name}: not JSON") from error
    return json.dumps(value, sort_keys=True, default=str)

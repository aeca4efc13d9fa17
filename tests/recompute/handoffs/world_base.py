"""What every part of the small world is made with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Row = dict[str, Any]
World = dict[str, list[Row]]

START = datetime(2026, 1, 5, 6, tzinfo=UTC)


def some(random: Random, low: float, high: float) -> timedelta:
    """A span of whole seconds."""
    return timedelta(seconds=round(random.uniform(low, high)))


def maybe(random: Random, value: Any, share: float) -> Any:
    """The value, or None for the other share."""
    return value if random.random() < share else None

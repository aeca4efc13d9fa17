"""What the made-up world of abandoned carts is built of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

AS_OF = datetime(2026, 4, 16, 9, 30, tzinfo=UTC)
START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 101
Row = dict[str, Any]
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
# hours at which windows open and close; an order is put exactly there, or a second beside
EDGES = (24, 120, 168, 672, 840)
SKUS = [f"S{number}" for number in range(40)]


class World:
    """Rows of each source while they are made up."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.rows: dict[str, list[Row]] = {}

    def add(self, source: str, **values: Any) -> Row:
        """Keep one row."""
        self.rows.setdefault(source, []).append(values)
        return values

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.random.random() < share

    def someone(self) -> str:
        """One of the customers."""
        return f"C{self.random.randrange(90)}"

    def moment(self) -> datetime:
        """Some second of the world's weeks."""
        return START + timedelta(seconds=self.random.randrange(DAYS * 86400))

    def edge(self, start: datetime, hours: tuple[int, ...]) -> datetime:
        """At the end of a window, or a second before or after it."""
        return start + self.random.choice(hours) * HOUR + self.random.choice([-SECOND, timedelta(0), SECOND])

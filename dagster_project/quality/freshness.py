"""Is each source still delivering, and is the warehouse still being published? Asked by the wall clock.

The suites ask inside a run; a source that went silent, or runs that no longer start, can only be seen from outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb
import yaml

LIMITS = Path(__file__).with_name("freshness.yml")
_LAST_LOADS = "select source, max(loaded_at) from ops.load_ledger where rows_read > 0 group by source"


@dataclass(frozen=True)
class Freshness:
    """How long ago something last happened.

    Attributes:
        name: the source, or "published".
        hours: since the last new file or publication; None if there never was one.
        limit_hours: more is late.
    """

    name: str
    hours: float | None
    limit_hours: float

    @property
    def is_fresh(self) -> bool:
        """Tell whether it is not late; what has never been delivered is not expected."""
        return self.hours is None or self.hours <= self.limit_hours

    @property
    def words(self) -> str:
        """The finding in words."""
        if self.hours is None:
            return f"{self.name}: never delivered, so not expected"
        return f"{self.name}: last news {self.hours:.1f} h ago, expected every {self.limit_hours:g} h"


@cache
def limits() -> Mapping[str, float]:
    """Return the hours of freshness.yml by source."""
    return dict(yaml.safe_load(LIMITS.read_text(encoding="utf-8"))["sources"])


@cache
def published_limit() -> float:
    """Return the hours that may pass between two publications."""
    return float(yaml.safe_load(LIMITS.read_text(encoding="utf-8"))["published"])


def source_freshness(con: duckdb.DuckDBPyConnection, now: datetime) -> list[Freshness]:
    """Return the freshness of every landing folder that has a limit, from the ledger of the published warehouse.

    Args:
        con: a published warehouse.
        now: the wall clock.
    """
    loads: dict[str, datetime] = dict(con.execute(_LAST_LOADS).fetchall())
    return [
        Freshness(source, _hours(loads[source], now) if source in loads else None, limit)
        for source, limit in limits().items()
    ]


def publication_freshness(runs: list[dict[str, str | None]], now: datetime) -> Freshness:
    """Return how long ago the last run published; `runs` are those of `Warehouse.runs`."""
    ends = [datetime.fromisoformat(str(run["finished_at"])) for run in runs if run["status"] == "published"]
    return Freshness("published", _hours(max(ends), now) if ends else None, published_limit())


def _hours(then: datetime, now: datetime) -> float:
    return (now - then).total_seconds() / 3600

"""What the simulated shop is made of: the YAML files of this folder, and the size of one shop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

# a value that the SQL reads with getvariable()
Setting = int | float | str | datetime

HERE = Path(__file__).parent
DEFAULT_END = datetime(2026, 3, 2, tzinfo=UTC)
LEAST_WEEKS = 4
# shops with at least so many calls cover half a year
LARGE_SHOP_CALLS = 200_000
FORMATS = ("mixed", "parquet", "csv", "csv.gz", "jsonl", "jsonl.gz")


@cache
def load_yaml(name: str) -> Any:
    """Return the content of one settings file of this folder, for example 'shop.yml'."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=loader)


def read_sql(name: str) -> str:
    """Return the text of one SQL file of this folder, for example 'sql/orders.sql'."""
    return (HERE / name).read_text(encoding="utf-8")


def workflow_names() -> list[str]:
    """Return the workflows beside order support that the shop simulates: the scripts of `workflows/`, by name."""
    return sorted(path.stem for path in (HERE / "workflows").glob("*.sql"))


@dataclass(frozen=True)
class ShopSize:
    """How large the shop is and which weeks its calls cover.

    Attributes:
        calls: unique calls, webhook deliveries included.
        weeks: whole weeks of calls.
        end: UTC instant at which the data stop; nothing later is known to the shop.
        seed: changes every draw.
    """

    calls: int
    weeks: int
    end: datetime
    seed: int

    @property
    def start(self) -> datetime:
        """UTC instant of the first week."""
        return self.end - timedelta(weeks=self.weeks)

    @property
    def orders(self) -> int:
        """Number of orders."""
        return int(self.calls * self._sizes["orders_per_call"])

    @property
    def customers(self) -> int:
        """Number of customers."""
        return max(1, int(self.orders / self._sizes["orders_per_customer"]))

    @property
    def batches(self) -> int:
        """Number of deliveries of the sources that do not come weekly."""
        return max(1, self.weeks // 4)

    @property
    def _sizes(self) -> Mapping[str, float]:
        return load_yaml("shop.yml")["sizes"]

    def variables(self) -> dict[str, Setting]:
        """Return the values that the SQL reads with getvariable()."""
        sizes = self._sizes
        lead = timedelta(days=sizes["lead_days"])
        return {
            "seed": self.seed,
            "calls": self.calls,
            "weeks": self.weeks,
            "batches": self.batches,
            "orders": self.orders,
            "customers": self.customers,
            "open_contacts": int(self.calls * sizes["open_contacts_per_call"]),
            "shop_start": self.start,
            "shop_end": self.end,
            "orders_from": self.start - lead,
            "order_days": self.weeks * 7 + sizes["lead_days"],
            "stalled_after_hours": 168,
            "lost_after_hours": 240,
        }


def choose_size(calls: int, seed: int, weeks: int | None, end: datetime) -> ShopSize:
    """Check the request and return the size.

    Raises:
        ValueError: fewer than 100 calls, or fewer than four weeks.
    """
    if calls < 100:
        raise ValueError(f"a sample shop needs at least 100 calls, not {calls}")
    chosen = weeks if weeks is not None else (26 if calls >= LARGE_SHOP_CALLS else 12)
    if chosen < LEAST_WEEKS:
        raise ValueError(f"a sample shop needs at least {LEAST_WEEKS} weeks, not {chosen}")
    if end.tzinfo is None:
        end = end.replace(tzinfo=UTC)
    return ShopSize(calls=calls, weeks=chosen, end=end.astimezone(UTC), seed=seed)

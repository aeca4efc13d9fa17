"""The oracle: from a landing folder to every figure the contract fixes, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from .call_facts import call_facts
from .contacts import find_contacts
from .landing_ledger import SourceResult, read_landing
from .landing_typing import Typed
from .metric_cells import Cell, CellKey
from .metrics import metric_cells
from .observations import World
from .order_facts import OrderBook

# the moment that decides whether a row has happened by as-of
HAPPENED_AT = {
    "calls": "started_at",
    "tickets": "created_at",
    "ticket_events": "at",
    "shipment_scans": "scanned_at",
    "promises": "promised_at",
    "orders": "placed_at",
    "messages": "sent_at",
    "exception_actions": "at",
}


@dataclass(frozen=True)
class StatedReasons:
    """What classifier and exception detector said; the oracle takes it as given."""

    groups: dict[tuple[str, str], str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    dimension: dict[str, str] = field(default_factory=dict)
    # calls about an order with an exception that the product detected and held to be open
    open_exceptions: set[str] = field(default_factory=set)


@dataclass
class Recomputed:
    """Everything the oracle says about one landing folder."""

    ledger: dict[str, SourceResult]
    world: World
    cells: dict[CellKey, Cell]


def latest_start(ledger: dict[str, SourceResult]) -> datetime:
    """The as-of of a run that names none."""
    moments: list[datetime] = [row["started_at"] for row in ledger["calls"].rows]
    return max(moments)


def recompute(
    landing: Path,
    as_of: datetime | None,
    timezone: str = "UTC",
    reasons: StatedReasons | None = None,
    now: datetime | None = None,
) -> Recomputed:
    """Read the landing folder and derive ledger, calls, contacts and metric cells."""
    stated = reasons or StatedReasons()
    ledger = read_landing(landing, now or datetime.now(UTC))
    moment = as_of or latest_start(ledger)
    rows = {name: _until(name, result.rows, moment) for name, result in ledger.items()}
    zone, book = ZoneInfo(timezone), OrderBook(rows)
    calls = call_facts(rows, book, moment, zone, stated.dimension)
    contacts = find_contacts(calls, rows, book, moment, zone, stated.groups)
    exceptions = frozenset(stated.open_exceptions)
    world = World(rows, book, calls, contacts, moment, zone, stated.groups, stated.codes, exceptions)
    return Recomputed(ledger, world, metric_cells(world))


def _until(source: str, rows: list[Typed], moment: datetime) -> list[Typed]:
    column = HAPPENED_AT.get(source)
    return [row for row in rows if column is None or row[column] <= moment]

"""The landing files of the incident world as Python rows: one per key, the newest version, instants as UTC."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.recompute.product_run import Published, Table

Row = dict[str, Any]
KEYS = {
    "customers": ("customer_id",), "calls": ("call_id",), "call_events": ("call_id", "event_seq"),
    "promises": ("promise_id",), "incidents": ("incident_id",), "incident_updates": ("incident_id", "update_no"),
    "incident_accounts": ("incident_id", "customer_id", "roster_version"), "messages": ("message_id",),
    "tickets": ("ticket_id",), "ticket_events": ("ticket_id", "event_id"), "owner_alerts": ("alert_id",),
    "owners": ("owner_id",),
}  # fmt: skip
HOUR = timedelta(hours=1)
# what a row is hidden by when it lies after as_of, and which of its instants are
EVENT = {
    "calls": "started_at", "incidents": "opened_at", "incident_updates": "at", "incident_accounts": "added_at",
    "messages": "sent_at", "tickets": "created_at", "ticket_events": "at", "owner_alerts": "sent_at",
}  # fmt: skip


@dataclass
class Contact:
    """A contact as the product counts it, with what the landing says of it."""

    contact_id: str
    at: datetime
    ended_at: datetime
    customer_id: str
    code: str | None
    dimensions: dict[str, str]
    call: Row | None
    ticket: Row | None
    outcome: str | None
    made_ticket: bool
    is_reconnect: bool
    evidence: str | None
    incident_id: str | None = None
    link_rule: str = ""


@dataclass
class Facts:
    """Everything that the metrics are recomputed from."""

    as_of: datetime
    zone: str
    rows: dict[str, list[Row]]
    contacts: list[Contact] = field(default_factory=list)

    def by(self, source: str, key: str) -> dict[Any, Row]:
        """Rows of a source by one of their columns."""
        return {row[key]: row for row in self.rows[source]}


def read(folder: Path, as_of: datetime, zone: str, published: Published) -> Facts:
    """The landing rows, and the contacts of the product with the reasons its classifier gave."""
    rows = {source: _source(folder / source, key, EVENT.get(source), as_of) for source, key in KEYS.items()}
    facts = Facts(as_of, zone, rows)
    calls = {row["call_id"]: row for row in published.table("marts.fct_calls")}
    facts.contacts = [_contact(row, calls, facts) for row in published.table("marts.fct_contacts")]
    return facts


def _source(folder: Path, key: tuple[str, ...], event: str | None, as_of: datetime) -> list[Row]:
    newest: dict[tuple[Any, ...], Row] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            row = {name: _typed(name, value) for name, value in json.loads(line).items()}
            name = tuple(row[column] for column in key)
            if name not in newest or row.get("source_updated_at", as_of) > newest[name].get("source_updated_at", as_of):
                newest[name] = row
    known = []
    for row in newest.values():
        if event is not None and row[event] > as_of:
            continue
        for column, value in row.items():
            if isinstance(value, datetime) and value > as_of and column != "expires_at":
                row[column] = None
        known.append(row)
    return known


def _typed(name: str, value: Any) -> Any:
    if value is not None and (name.endswith("_at") or name == "at"):
        return datetime.fromisoformat(value).astimezone(UTC)
    return value


def _contact(row: Row, calls: dict[str, Row], facts: Facts) -> Contact:
    call = calls[row["call_id"]] if row["is_call"] else None
    landed = facts.by("calls", "call_id")[row["call_id"]] if call else None
    ticket = None if call else facts.by("tickets", "ticket_id")[row["ticket_id"]]
    names = ("source", "segment", "owner", "outcome", "carrier", "region", "warehouse", "product_category",
             "delivery_stage", "reason_code", "phase")  # fmt: skip
    return Contact(
        row["contact_id"], row["started_at"], (landed or {}).get("ended_at") or row["started_at"], row["customer_id"],
        call["stated_reason_code"] if call else None, {name: row[name] for name in names}, landed, ticket,
        call["call_outcome"] if call else None, call["created_ticket"] if call else True, row["is_reconnect"],
        call["reason_evidence"] if call else None,
    )  # fmt: skip


def linked_tickets(facts: Facts) -> dict[str, str]:
    """ticket -> call: the call it names, when the ticket is not older; no call of this world has an order."""
    calls = facts.by("calls", "call_id")
    return {
        ticket["ticket_id"]: ticket["call_id"]
        for ticket in facts.rows["tickets"]
        if ticket["call_id"] in calls and ticket["created_at"] >= calls[ticket["call_id"]]["started_at"]
    }


def table(published: Published, name: str) -> Table:
    """A mart of the product."""
    return published.table(f"marts.{name}")

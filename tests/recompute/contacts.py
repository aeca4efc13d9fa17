"""Contacts, the repeats among them, and how long each has been followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .call_facts import DIMENSIONS, CallFact, owner_team, week_start
from .landing_typing import Typed
from .order_facts import UNKNOWN, OrderBook

WINDOW = timedelta(hours=168)
RECONNECT = timedelta(minutes=5)


@dataclass
class Contact:
    """One contact of a customer: an engaged inbound call or a ticket the customer opened."""

    kind: str
    contact_id: str
    customer_id: str
    order_id: str | None
    started_at: datetime
    week: date
    dimensions: dict[str, str]
    stated_group: str | None
    is_reconnect: bool = False
    followup: timedelta = timedelta(0)
    any_after: timedelta | None = None
    same_issue_after: timedelta | None = None


def find_contacts(
    calls: list[CallFact],
    rows: dict[str, list[Typed]],
    book: OrderBook,
    as_of: datetime,
    zone: ZoneInfo,
    stated_groups: dict[tuple[str, str], str],
) -> list[Contact]:
    """Every contact with its repeats; `stated_groups` is keyed by (kind, id)."""
    contacts = [_call_contact(fact, calls, stated_groups) for fact in calls if _is_contact(fact)]
    owners = {row["owner_id"]: row for row in rows["owners"]}
    for ticket in rows["tickets"]:
        if _is_ticket_contact(ticket):
            contacts.append(_ticket_contact(ticket, book, owners, zone, stated_groups))
    _find_repeats(contacts, as_of)
    return contacts


def _is_contact(fact: CallFact) -> bool:
    has_customer = fact.row["customer_id"] is not None
    return fact.is_engaged_inbound and has_customer and fact.row["parent_call_id"] is None


def _is_ticket_contact(ticket: Typed) -> bool:
    return (
        ticket["customer_id"] is not None
        and ticket["requested_by_customer"] is not False
        and ticket["channel"] not in (None, "phone", "api")
        and ticket["merged_into"] is None
        and ticket["call_id"] is None
    )


def _call_contact(fact: CallFact, calls: list[CallFact], stated_groups: dict[tuple[str, str], str]) -> Contact:
    row = fact.row
    return Contact(
        kind="call",
        contact_id=fact.call_id,
        customer_id=row["customer_id"],
        order_id=row["order_id"],
        started_at=row["started_at"],
        week=fact.week,
        dimensions=fact.dimensions,
        stated_group=stated_groups.get(("call", fact.call_id)),
        is_reconnect=any(_reconnects(fact, other) for other in calls),
    )


def _reconnects(fact: CallFact, failed: CallFact) -> bool:
    """Whether a call starts within 5 minutes after the end of a customer's failed call."""
    if failed.outcome != "system_failure" or failed.row["customer_id"] != fact.row["customer_id"]:
        return False
    gap = fact.row["started_at"] - failed.row["ended_at"]
    return failed.call_id != fact.call_id and timedelta(0) <= gap <= RECONNECT


def _ticket_contact(
    ticket: Typed,
    book: OrderBook,
    owners: dict[str, Typed],
    zone: ZoneInfo,
    stated_groups: dict[tuple[str, str], str],
) -> Contact:
    created = ticket["created_at"]
    dimensions = dict.fromkeys(DIMENSIONS, UNKNOWN)
    dimensions.update(book.dimensions(ticket["order_id"], ticket["customer_id"], created))
    dimensions["source"] = ticket["system"] or UNKNOWN
    if ticket["assignee_id"] is not None:
        dimensions["owner"] = owner_team(ticket["assignee_id"], owners)
    return Contact(
        kind="ticket",
        contact_id=ticket["ticket_id"],
        customer_id=ticket["customer_id"],
        order_id=ticket["order_id"],
        started_at=created,
        week=week_start(created, zone),
        dimensions=dimensions,
        stated_group=stated_groups.get(("ticket", ticket["ticket_id"])),
    )


def _find_repeats(contacts: list[Contact], as_of: datetime) -> None:
    """Fill in followup and the delay to the first repeat of each scope, pair by pair."""
    by_customer: dict[str, list[Contact]] = {}
    for contact in contacts:
        by_customer.setdefault(contact.customer_id, []).append(contact)
    for contact in contacts:
        contact.followup = min(WINDOW, as_of - contact.started_at)
        for other in by_customer[contact.customer_id]:
            delay = other.started_at - contact.started_at
            if other is contact or other.is_reconnect or not timedelta(0) < delay <= WINDOW:
                continue
            if contact.any_after is None or delay < contact.any_after:
                contact.any_after = delay
            is_sooner = contact.same_issue_after is None or delay < contact.same_issue_after
            if is_sooner and is_same_issue(contact, other):
                contact.same_issue_after = delay


def is_same_issue(first: Contact, second: Contact) -> bool:
    """Same order or, where either has none, the same stated reason group."""
    if first.order_id is not None and second.order_id is not None:
        return first.order_id == second.order_id
    return first.stated_group is not None and first.stated_group == second.stated_group

"""Observations of the metrics that look beyond the call itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .call_facts import DIMENSIONS, FUNCTIONAL, CallFact, week_start
from .contacts import WINDOW, Contact
from .landing_typing import Typed
from .metric_cells import Observation
from .order_facts import UNKNOWN, OrderBook, by_column

ORDER_WINDOW = timedelta(days=30)
TICKET_WINDOW = timedelta(hours=72)


@dataclass
class World:
    """All derived facts that metrics are computed from."""

    rows: dict[str, list[Typed]]
    book: OrderBook
    calls: list[CallFact]
    contacts: list[Contact]
    as_of: datetime
    zone: ZoneInfo
    stated_groups: dict[tuple[str, str], str]
    stated_codes: dict[str, str]
    open_exceptions: frozenset[str] = frozenset()


def repeats(contacts: list[Contact], scope: str) -> list[Observation]:
    """Index contacts with the time to their first repeat of one scope."""
    seen = []
    for contact in contacts:
        after = getattr(contact, scope)
        delay = contact.followup if after is None else after
        is_repeat = after is not None
        seen.append(Observation(contact.week, contact.dimensions, is_repeat, delay, is_repeat, contact.followup))
    return seen


def is_verified(world: World, fact: CallFact, contact: Contact | None) -> bool:
    """Whether a functionally contained call had no repeat and no later human touch within 168 h."""
    start, order = fact.row["started_at"], fact.row["order_id"]
    if fact.outcome not in FUNCTIONAL or (contact is not None and contact.same_issue_after is not None):
        return False
    if order is None:
        return True
    touched = {ticket["ticket_id"] for ticket in world.rows["tickets"] if ticket["order_id"] == order}
    later = [
        event["at"]
        for event in world.rows["ticket_events"]
        if event["actor_type"] == "agent" and event["ticket_id"] in touched
    ]
    later += [
        other.row["started_at"]
        for other in world.calls
        if other.outcome == "transferred_human"
        and other.row["order_id"] == order
        and other.row["customer_id"] == fact.row["customer_id"]
    ]
    return not any(timedelta(0) < moment - start <= WINDOW for moment in later)


def verified(world: World, inbound: list[CallFact]) -> list[Observation]:
    """Engaged inbound calls with a customer, and whether their containment was verified."""
    contacts = {contact.contact_id: contact for contact in world.contacts if contact.kind == "call"}
    return [
        Observation(
            fact.week,
            fact.dimensions,
            is_verified(world, fact, contacts.get(fact.call_id)),
            followup=world.as_of - fact.row["started_at"],
        )
        for fact in inbound
        if fact.row["customer_id"] is not None
    ]


def without_ticket(world: World, inbound: list[CallFact]) -> list[Observation]:
    """Engaged inbound calls with a customer, and whether no ticket followed within 72 h."""
    tickets = by_column(world.rows["tickets"], "customer_id")
    seen = []
    for fact in inbound:
        row = fact.row
        if row["customer_id"] is None:
            continue
        has_ticket = any(
            timedelta(0) <= ticket["created_at"] - row["started_at"] <= TICKET_WINDOW
            and (row["order_id"] is None or ticket["order_id"] == row["order_id"])
            for ticket in tickets.get(row["customer_id"], [])
        )
        seen.append(Observation(fact.week, fact.dimensions, not has_ticket, followup=world.as_of - row["started_at"]))
    return seen


def updates(world: World) -> list[Observation]:
    """Calls that owe an update, with the time to the first delivered message or to as-of."""
    return [
        Observation(
            fact.week,
            fact.dimensions,
            delay is not None,
            world.as_of - fact.row["ended_at"] if delay is None else delay,
            delay is not None,
        )
        for fact, delay in update_delays(world)
    ]


def updates_within(world: World, hours: int) -> list[Observation]:
    """Calls that owe an update, and whether it came in time; an hour is left for the call itself."""
    return [
        Observation(
            fact.week,
            fact.dimensions,
            delay is not None and delay <= timedelta(hours=hours),
            followup=world.as_of - fact.row["started_at"],
        )
        for fact, delay in update_delays(world)
    ]


def update_delays(world: World) -> list[tuple[CallFact, timedelta | None]]:
    """Calls that owe an update, with the time from their end to the first delivered message."""
    by_order = by_column(world.rows["messages"], "order_id")
    by_ticket = by_column(world.rows["messages"], "ticket_id")
    seen = []
    for fact in world.calls:
        if not owes_update(world, fact):
            continue
        end = fact.row["ended_at"]
        messages = list(by_order.get(fact.row["order_id"], []))
        for ticket in fact.tickets:
            messages += by_ticket.get(ticket["ticket_id"], [])
        times = [
            message["delivered_at"] - end
            for message in messages
            if message["delivered_at"] is not None
            and not message["is_automatic_recap"]
            and end < message["delivered_at"] <= world.as_of
        ]
        seen.append((fact, min(times) if times else None))
    return seen


def owes_update(world: World, fact: CallFact) -> bool:
    """An engaged call with a promise, a deferral to a human, or an open exception on its order."""
    if not fact.flags["is_engaged"]:
        return False
    if fact.promises or fact.outcome == "deferred_human" or fact.call_id in world.open_exceptions:
        return True
    steps = [
        step
        for step in world.rows["exception_actions"]
        if step["order_id"] == fact.row["order_id"] and step["at"] <= fact.row["started_at"]
    ]
    closed = {step["exception_id"] for step in steps if step["step"] == "closed"}
    return any(step["exception_id"] not in closed for step in steps)


def contacts_per_order(world: World) -> list[Observation]:
    """Orders with the number of contacts about them within 30 days."""
    contacts: dict[str, list[datetime]] = {}
    for contact in world.contacts:
        if contact.order_id is not None:
            contacts.setdefault(contact.order_id, []).append(contact.started_at)
    seen = []
    for order in world.rows["orders"]:
        placed = order["placed_at"]
        after = sorted(moment - placed for moment in contacts.get(order["order_id"], []))
        within = tuple(gap for gap in after if timedelta(0) <= gap <= ORDER_WINDOW)
        followup = min(ORDER_WINDOW, world.as_of - placed)
        week, dimensions = week_start(placed, world.zone), world.book.order_dimensions(order)
        seen.append(Observation(week, dimensions, len(within), followup=followup, events=within))
    return seen


def on_time(world: World) -> list[Observation]:
    """Shipments whose original promise has passed, and whether the first attempt kept it."""
    seen = []
    for shipment in world.rows["shipments"]:
        promise = shipment["promise_original_at"]
        if promise is None or promise > world.as_of:
            continue
        arrival = shipment["first_attempt_at"] or shipment["delivered_at"]
        order = world.book.orders.get(shipment["order_id"], {})
        customer = world.book.customers.get(order.get("customer_id"), {})
        dimensions = dict.fromkeys(DIMENSIONS, UNKNOWN)
        dimensions["carrier"] = shipment["carrier"]
        dimensions["segment"] = customer.get("segment") or UNKNOWN
        dimensions["warehouse"] = shipment["warehouse_id"] or order.get("warehouse_id") or UNKNOWN
        dimensions["region"] = shipment["region"] or order.get("region") or customer.get("region") or UNKNOWN
        dimensions["product_category"] = world.book.category(shipment["order_id"])
        is_in_time = arrival is not None and arrival <= promise
        seen.append(Observation(week_start(promise, world.zone), dimensions, is_in_time))
    return seen

"""Observations about what a contact follows and what follows it: reconnects, episodes, orders, resolution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .call_facts import CallFact, week_start
from .contacts import WINDOW, Contact
from .metric_cells import Observation
from .observations import World
from .order_facts import by_column

DAY = timedelta(hours=24)
MONTH, QUARTER = timedelta(days=30), timedelta(days=90)
_NOBODY_ASKED_FOR = {"resolved_confirmed", "resolved_assumed", "contained_unresolved"}


@dataclass(frozen=True)
class Episode:
    """Contacts of one customer about one issue, in order, with gaps of at most 168 h."""

    contacts: tuple[Contact, ...]

    @property
    def closes_at(self) -> datetime:
        """168 h after the last contact."""
        return self.contacts[-1].started_at + WINDOW

    @property
    def dimensions(self) -> dict[str, str]:
        """Those of the first contact with the outcome of the last."""
        return self.contacts[0].dimensions | {"outcome": self.contacts[-1].dimensions["outcome"]}


def issue(contact: Contact) -> tuple[str, str]:
    """The order, else the stated group; a contact with neither stands alone."""
    if contact.order_id is not None:
        return "order", contact.order_id
    if contact.stated_group is not None:
        return "group", contact.stated_group
    return contact.kind, contact.contact_id


def episodes(contacts: list[Contact]) -> list[Episode]:
    """Every episode, open ones too."""
    issues: dict[tuple[str, tuple[str, str]], list[Contact]] = {}
    for contact in sorted(contacts, key=lambda one: one.started_at):
        issues.setdefault((contact.customer_id, issue(contact)), []).append(contact)
    return [Episode(chain) for group in issues.values() for chain in _chains(group)]


def _chains(group: list[Contact]) -> Iterator[tuple[Contact, ...]]:
    chain = [group[0]]
    for contact in group[1:]:
        if contact.started_at - chain[-1].started_at > WINDOW:
            yield tuple(chain)
            chain = []
        chain.append(contact)
    yield tuple(chain)


def closed_episodes(world: World) -> list[Observation]:
    """Episodes that closed by as-of, in the week of closing, with their number of contacts."""
    return [
        Observation(week_start(one.closes_at, world.zone), one.dimensions, len(one.contacts))
        for one in episodes(world.contacts)
        if one.closes_at <= world.as_of
    ]


def single_contacts(world: World) -> list[Observation]:
    """The same episodes, and whether one contact was enough."""
    return [Observation(one.week, one.dimensions, one.numerator == 1) for one in closed_episodes(world)]


def reconnects(world: World) -> list[Observation]:
    """Contacts, and whether they only continue a call that a failure cut."""
    return [Observation(one.week, one.dimensions, one.is_reconnect) for one in world.contacts]


def backward_repeats(world: World) -> list[Observation]:
    """Contacts, and whether the customer had another one within the 168 h before."""
    by_customer = _contacts_of(world)
    return [
        Observation(one.week, one.dimensions, any(
            timedelta(0) < one.started_at - other.started_at <= WINDOW for other in by_customer[one.customer_id]
        ))
        for one in world.contacts
    ]  # fmt: skip


def _contacts_of(world: World) -> dict[str, list[Contact]]:
    customers: dict[str, list[Contact]] = {}
    for contact in world.contacts:
        customers.setdefault(contact.customer_id, []).append(contact)
    return customers


def later_orders(world: World, window: timedelta) -> list[Observation]:
    """Customers by week of contact, with the time from their first contact of the week to their next order."""
    first: dict[tuple[str, date], Contact] = {}
    for contact in sorted(world.contacts, key=lambda one: one.started_at):
        first.setdefault((contact.customer_id, contact.week), contact)
    orders, seen = by_column(world.rows["orders"], "customer_id"), []
    for (customer, week), contact in first.items():
        waits = [order["placed_at"] - contact.started_at for order in orders.get(customer, [])]
        wait = min((wait for wait in waits if timedelta(0) < wait <= window), default=None)
        followup = min(window, world.as_of - contact.started_at)
        delay, has_order = (followup, False) if wait is None else (wait, True)
        seen.append(Observation(week, contact.dimensions, has_order, delay, has_order, followup))
    return seen


def is_handled_by_people(world: World, fact: CallFact) -> bool:
    """Version 'human', or, without a version, a transcript with people and without the agent."""
    if fact.row["agent_version"] is not None:
        return bool(fact.row["agent_version"].lower() == "human")
    speakers = {turn["speaker"] for turn in world.rows["call_turns"] if turn["call_id"] == fact.call_id}
    return "human" in speakers and "ai" not in speakers


def vendor_resolutions(world: World) -> list[Observation]:
    """Calls the agent answered: confirmed, or left without asking for a person and not back within 24 h."""
    by_customer, seen = _contacts_of(world), []
    for fact in world.calls:
        customer, start = fact.row["customer_id"], fact.row["started_at"]
        is_leg = fact.row["parent_call_id"] is not None
        is_answered = fact.is_engaged_inbound and customer is not None and fact.outcome != "system_failure"
        if is_leg or not is_answered or is_handled_by_people(world, fact):
            continue
        is_back = any(
            timedelta(0) < other.started_at - start <= DAY and not other.is_reconnect
            for other in by_customer.get(customer, [])
        )
        is_left = fact.outcome in _NOBODY_ASKED_FOR and not is_back
        is_resolved = fact.outcome == "resolved_confirmed" or is_left
        seen.append(Observation(fact.week, fact.dimensions, is_resolved, followup=world.as_of - start))
    return seen

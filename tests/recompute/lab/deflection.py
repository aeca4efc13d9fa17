"""M-07b from its definition: tickets now against what the same orders and mix would have made before the launch."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.recompute.call_facts import week_start
from tests.recompute.observations import World

WEEK, DAY = timedelta(days=7), timedelta(days=1)
FEWEST_WEEKS, FEWEST_TICKETS, Z = 4, 10, 1.959963984540054
Slice = tuple[str, str]


@dataclass(frozen=True)
class Scope:
    """Where and when the agent went live, and from when on the time before counts."""

    source: str
    segment: str
    live: datetime
    start: datetime


@dataclass(frozen=True)
class Unit:
    """A contact, or a call that is none and made tickets."""

    scope: Scope
    at: datetime
    source: str
    segment: str
    stratum: tuple[str, str]
    is_contact: bool
    tickets: int
    is_trial: bool

    def fits(self, which: Slice) -> bool:
        """Whether the unit lies in a slice."""
        return which[0] in ("(all)", self.source) and which[1] in ("(all)", self.segment)


@dataclass(frozen=True)
class Baseline:
    """The weeks before the launch of a scope."""

    weeks: int
    dispersion: float


def scope_of(scopes: list[Scope], source: str, segment: str) -> Scope | None:
    """The most specific scope: source and segment, source, segment, any."""
    for wanted in ((source, segment), (source, "any"), ("any", segment), ("any", "any")):
        for scope in scopes:
            if (scope.source, scope.segment) == (wanted[0].lower(), wanted[1].lower()):
                return scope
    return None


def units(world: World, scopes: list[Scope], groups: set[str]) -> Iterator[Unit]:
    """Contacts of order support, and inbound calls of customers with a ticket that is no contact itself."""
    issues = {row["ticket_id"]: (row["issue_type"] or "").upper() for row in world.rows["tickets"]}
    with_agent = {row["call_id"] for row in world.rows["call_turns"] if row["speaker"] == "ai"}
    written = {one.contact_id for one in world.contacts if one.kind == "ticket"}
    spoken = {one.contact_id for one in world.contacts if one.kind == "call"}
    for one in world.contacts:
        if one.kind == "ticket":
            ticket = next(row for row in world.rows["tickets"] if row["ticket_id"] == one.contact_id)
            if ticket["incident_id"] is None:
                group = issues[one.contact_id] if issues[one.contact_id] in groups else "unknown"
                yield from _unit(scopes, one.started_at, one.dimensions, group, True, 1, False)
    for fact in world.calls:
        row = fact.row
        made = [one for one in fact.tickets if one["merged_into"] is None and one["ticket_id"] not in written]
        is_contact = fact.call_id in spoken
        is_customers = row["direction"] == "inbound" and fact.flags["is_not_test"] and row["customer_id"] is not None
        if row["workflow"] == "order_support" and (is_contact or (made and is_customers)):
            group = (world.stated_groups.get(("call", fact.call_id)) or "unknown").split(".")[0]
            version = (row["agent_version"] or "").lower()
            is_agents = version != "human" if version else fact.call_id in with_agent
            yield from _unit(scopes, row["started_at"], fact.dimensions, group, is_contact, len(made), is_agents)


def _unit(
    scopes: list[Scope],
    at: datetime,
    known: dict[str, str],
    group: str,
    is_contact: bool,
    tickets: int,
    is_agents: bool,
) -> Iterator[Unit]:
    scope = scope_of(scopes, known["source"], known["segment"])
    if scope and at >= scope.start:
        is_trial = is_agents and at < scope.live
        stratum = (group, known["delivery_stage"])
        yield Unit(scope, at, known["source"], known["segment"], stratum, is_contact, tickets, is_trial)


def baselines(found: list[Unit], scopes: list[Scope], orders: list[Any]) -> dict[Scope, Baseline]:
    """Scopes with enough whole weeks of recorded contacts before the launch."""
    kept = {}
    for scope in scopes:
        before = [one for one in found if one.scope == scope and one.at < scope.live]
        contacts = [one.at for one in before if one.is_contact]
        if not contacts:
            continue
        weeks = min((scope.live - scope.start) // WEEK, (scope.live - min(contacts) + DAY) // WEEK)
        made, placed = Counter[int](), Counter[int]()
        for one in before:
            if not one.is_trial:
                made[_weeks_before(scope, one.at)] += one.tickets
        for at, segment in orders:
            if scope.start <= at < scope.live and scope_of(scopes, scope.source, segment) == scope:
                placed[_weeks_before(scope, at)] += 1
        counted = [week for week in placed if week < weeks]
        tickets, total = sum(made[week] for week in counted), sum(placed[week] for week in counted)
        if weeks >= FEWEST_WEEKS and tickets:
            shares = [tickets * placed[week] / total for week in counted]
            chi = sum((made[week] - share) ** 2 / share for week, share in zip(counted, shares, strict=True))
            kept[scope] = Baseline(weeks, max(1.0, chi / (weeks - 1)))
    return kept


def _weeks_before(scope: Scope, at: datetime) -> int:
    return (scope.live - at - timedelta(microseconds=1)) // WEEK


@dataclass(frozen=True)
class Deflection:
    """One published cell."""

    contacts: int
    tickets: int
    expected: float | None
    value: float | None
    interval: tuple[float, float] | None


def deflections(
    world: World, found: list[Unit], known: dict[Scope, Baseline], scopes: list[Scope], orders: list[Any]
) -> dict[tuple[date, Slice], Deflection]:
    """Every week and slice since the launch."""
    cells: dict[tuple[date, Slice], Deflection] = {}
    now = [one for one in found if one.scope in known and one.at >= one.scope.live]
    slices = {which for one in now for which in _slices(one)}
    for week in {week_start(one.at, world.zone) for one in now}:
        of_week = [one for one in now if week_start(one.at, world.zone) == week]
        placed = [(at, segment) for at, segment in orders if week_start(at, world.zone) == week]
        for which in slices:
            chosen = [one for one in of_week if one.fits(which)]
            if any(one.is_contact for one in chosen):
                cells[week, which] = _cell(chosen, which, found, known, scopes, orders, placed)
    return cells


def _slices(unit: Unit) -> Iterable[Slice]:
    return [("(all)", "(all)"), (unit.source, "(all)"), ("(all)", unit.segment), (unit.source, unit.segment)]


def _cell(
    chosen: list[Unit],
    which: Slice,
    found: list[Unit],
    known: dict[Scope, Baseline],
    scopes: list[Scope],
    orders: list[Any],
    placed: list[Any],
) -> Deflection:
    observed = expected = variance = noise = before_tickets = 0.0
    largest = 1.0
    for scope, baseline in known.items():
        now = [one for one in chosen if one.scope == scope]
        if not now:
            continue
        largest = max(largest, baseline.dispersion)
        start = scope.live - baseline.weeks * WEEK
        then = [one for one in found if one.scope == scope and start <= one.at < scope.live and one.fits(which)]
        own = [(at, segment) for at, segment in orders if _takes(scopes, scope, segment, which)]
        orders_then = sum(max(start, scope.start) <= at < scope.live for at, _ in own)
        orders_now = sum(at >= scope.live and _takes(scopes, scope, segment, which) for at, segment in placed)
        people = [one for one in then if not one.is_trial]
        contacts_now = sum(one.is_contact for one in now)
        before_tickets += sum(one.tickets for one in people)
        if not contacts_now or not orders_then or not orders_now or not then:
            continue
        scale = orders_now * sum(one.is_contact for one in then) / (orders_then * contacts_now)
        for stratum in {one.stratum for one in now}:
            contacts = sum(one.is_contact for one in people if one.stratum == stratum)
            if contacts:
                tickets = sum(one.tickets for one in people if one.stratum == stratum)
                share = sum(one.is_contact for one in now if one.stratum == stratum) / contacts
                made = sum(one.tickets for one in now if one.stratum == stratum)
                expected += scale * share * tickets
                variance += baseline.dispersion * (scale * share) ** 2 * tickets
                observed += made
                noise += baseline.dispersion * made
    contacts, tickets = sum(one.is_contact for one in chosen), sum(one.tickets for one in chosen)
    if before_tickets < FEWEST_TICKETS or not expected:
        return Deflection(contacts, tickets, None, None, None)
    shown = max(observed, 0.5)
    reach = Z * math.sqrt(max(noise, 0.5 * largest) / shown**2 + variance / expected**2)
    low, high = (1 - shown / expected * math.exp(sign * reach) for sign in (1, -1))
    return Deflection(contacts, tickets, expected, 1 - observed / expected, (low, high if observed else 1.0))


def _takes(scopes: list[Scope], scope: Scope, segment: str, which: Slice) -> bool:
    return which[1] in ("(all)", segment) and scope_of(scopes, scope.source, segment) == scope

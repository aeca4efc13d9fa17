"""Eligibility, outcome, tickets, dimensions and times of every call, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .landing_typing import Typed
from .order_facts import UNKNOWN, OrderBook, by_column

DIMENSIONS = (
    "source",
    "segment",
    "owner",
    "outcome",
    "carrier",
    "region",
    "warehouse",
    "product_category",
    "delivery_stage",
    "reason_code",
    "phase",
)
FLAGS = ("is_unique", "is_not_test", "is_connected", "is_person", "is_engaged")
MACHINE_ANSWERED = {"voicemail_detected", "voicemail_reached", "ivr_reached"}
PLATFORM_FAILURES = {
    "system_failure",
    "network_failure",
    "system_at_capacity",
    "sip_trunk_unreachable",
    "sip_auth_failed",
    "insufficient_balance",
}
FAILED_TRANSFERS = {"no_answer", "rejected", "hunt_timeout", "bridge_failed"}
TECHNICAL = {"contained_unresolved", "resolved_confirmed", "resolved_assumed"}
FUNCTIONAL = {"resolved_confirmed", "resolved_assumed"}
ESCALATED = {"transferred_human", "deferred_human"}
TICKET_GAP = timedelta(minutes=30)


@dataclass
class CallFact:
    """One call with everything the contract derives for it."""

    row: Typed
    week: date
    flags: dict[str, bool]
    tickets: list[Typed]
    outcome: str | None = None
    dimensions: dict[str, str] = field(default_factory=dict)
    handle_seconds: float | None = None
    promises: list[Typed] = field(default_factory=list)

    @property
    def call_id(self) -> str:
        """The key of the call."""
        return str(self.row["call_id"])

    @property
    def is_engaged_inbound(self) -> bool:
        """Whether the call is in the denominator of the containment ladder."""
        return self.flags["is_engaged"] and self.row["direction"] == "inbound"


def week_start(moment: datetime, zone: ZoneInfo) -> date:
    """Monday of the ISO week of an instant in the reporting time zone."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def call_facts(
    rows: dict[str, list[Typed]],
    book: OrderBook,
    as_of: datetime,
    zone: ZoneInfo,
    reason_codes: dict[str, str],
) -> list[CallFact]:
    """Facts of every call started by as-of; `rows` already leave out events after it."""
    turns = by_column(rows["call_turns"], "call_id")
    owners = {row["owner_id"]: row for row in rows["owners"]}
    promises = by_column(rows["promises"], "call_id")
    calls = [row for row in rows["calls"] if row["started_at"] <= as_of]
    tickets = linked_tickets(calls, rows["tickets"])
    facts = []
    for row in calls:
        fact = CallFact(
            row=row,
            week=week_start(row["started_at"], zone),
            flags=eligibility(row, turns.get(row["call_id"], [])),
            tickets=tickets.get(row["call_id"], []),
            handle_seconds=handle_seconds(row),
            promises=promises.get(row["call_id"], []),
        )
        if fact.is_engaged_inbound:
            has_callback = any(promise["kind"] == "callback" for promise in fact.promises)
            fact.outcome = call_outcome(row, bool(fact.tickets), has_callback)
        fact.dimensions = {
            **book.dimensions(row["order_id"], row["customer_id"], row["started_at"]),
            "source": row["source_system"] or UNKNOWN,
            "owner": owner_team(row["owner_id"], owners),
            "outcome": fact.outcome or UNKNOWN,
            "reason_code": reason_codes.get(row["call_id"]) or UNKNOWN,
            # launch scopes are outside the recomputation: without one no phase is known
            "phase": UNKNOWN,
        }
        facts.append(fact)
    return facts


def eligibility(row: Typed, turns: list[Typed]) -> dict[str, bool]:
    """The ladder; each rung includes the one before."""
    start, end = row["answered_at"] or row["started_at"], row["ended_at"]
    is_long = end is not None and end - start >= timedelta(seconds=10)
    spoke = any(turn["speaker"] == "customer" and turn["text"].strip() for turn in turns)
    rungs = (
        True,
        not row["is_test"],
        row["status"] == "completed",
        row["end_reason"] not in MACHINE_ANSWERED,
        is_long and spoke,
    )
    holds, flags = True, {}
    for name, rung in zip(FLAGS, rungs, strict=True):
        holds = holds and rung
        flags[name] = holds
    return flags


def call_outcome(row: Typed, has_ticket: bool, has_callback: bool) -> str:
    """The first rule of the contract that holds."""
    is_transferred = row["transfer_at"] is not None
    if row["end_reason"] in PLATFORM_FAILURES:
        return "system_failure"
    if is_transferred and row["transfer_status"] in FAILED_TRANSFERS:
        return "system_failure"
    if is_transferred:
        return "transferred_human"
    if row["routing_decision"] in ("escalated", "sent_to_review") or has_ticket or has_callback:
        return "deferred_human"
    if row["customer_confirmed_resolved"] is False or row["routing_decision"] == "retried":
        return "contained_unresolved"
    if row["end_reason"] in ("silence_timeout", "max_duration"):
        return "contained_unresolved"
    return "resolved_confirmed" if row["customer_confirmed_resolved"] else "resolved_assumed"


def linked_tickets(calls: list[Typed], tickets: list[Typed]) -> dict[str, list[Typed]]:
    """New tickets by the one call they belong to: the latest that may claim them."""
    by_id = {row["call_id"]: row for row in calls}
    by_customer = by_column(calls, "customer_id")
    linked: dict[str, list[Typed]] = {}
    for ticket in tickets:
        if ticket["call_id"] is not None:
            named = by_id.get(ticket["call_id"])
            is_new = named is not None and ticket["created_at"] >= named["started_at"]
            claims = [named] if named is not None and is_new else []
        else:
            claims = [row for row in by_customer.get(ticket["customer_id"], []) if _may_claim(row, ticket)]
        if claims:
            latest = max(claims, key=lambda row: (row["started_at"], row["call_id"]))
            linked.setdefault(latest["call_id"], []).append(ticket)
    return linked


def _may_claim(row: Typed, ticket: Typed) -> bool:
    """Whether a ticket without call_id was created within 30 minutes after the end of this call."""
    if row["ended_at"] is None or row["order_id"] is None or row["order_id"] != ticket["order_id"]:
        return False
    gap: timedelta = ticket["created_at"] - row["ended_at"]
    return timedelta(0) <= gap <= TICKET_GAP


def owner_team(owner_id: str | None, owners: dict[Any, Typed]) -> str:
    """The team of the call's owner; a call without an owner is the AI's."""
    if owner_id is None:
        return "ai"
    return owners.get(owner_id, {}).get("team") or UNKNOWN


def handle_seconds(row: Typed) -> float | None:
    """Talk + hold + wrap, a missing hold or wrap as nothing; without talk time the duration."""
    if row["talk_seconds"] is not None:
        return float(row["talk_seconds"] + (row["hold_seconds"] or 0) + (row["wrap_seconds"] or 0))
    if row["ended_at"] is None:
        return None
    start = row["answered_at"] or row["started_at"]
    return float((row["ended_at"] - start) / timedelta(seconds=1))

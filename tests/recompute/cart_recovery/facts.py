"""Episodes, attempts and orders of abandoned carts, from the definitions and row by row."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .world import AS_OF, HOUR, Row

ZONE = ZoneInfo("Europe/Berlin")
WEEK = 168 * HOUR
DELAY = timedelta(minutes=10)
KEYS = {"call_turns": ("call_id", "turn_no"), "call_events": ("call_id", "event_seq"),
        "consents": ("customer_id", "channel", "valid_from"), "experiment_assignments": ("experiment", "customer_id"),
        "order_items": ("order_id", "line_no"), "incident_accounts": ("incident_id", "customer_id")}  # fmt: skip
CHANNELS = {"phone": "phone", "voice": "phone", "email": "email", "sms": "sms", "whatsapp": "whatsapp"}
HIGH = {"USD": 150, "EUR": 140}
LOW = {"USD": 40, "EUR": 40}
REVENUE_CURRENCY = "EUR"


def read(landing: Path, source: str) -> list[Row]:
    """The newest version of each row of a source."""
    best: dict[tuple[Any, ...], Row] = {}
    for path in (landing / source).glob("*.jsonl"):
        for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
            row = {name: _typed(name, value) for name, value in json.loads(line).items()}
            key = tuple(row[name] for name in KEYS.get(source, (next(iter(row)),)))
            known = best.get(key)
            if known is None or row.get("source_updated_at", AS_OF) > known.get("source_updated_at", AS_OF):
                best[key] = row
    return list(best.values())


def _typed(name: str, value: Any) -> Any:
    if isinstance(value, str) and (name.endswith("_at") or name == "valid_from"):
        return datetime.fromisoformat(value).astimezone(UTC)
    return value


def seen(moment: datetime | None) -> datetime | None:
    """A moment that has come by as_of."""
    return moment if moment is not None and moment <= AS_OF else None


def week_of(moment: datetime) -> Any:
    """Monday of the week in the reporting zone."""
    day = moment.astimezone(ZONE).date()
    return day - timedelta(days=day.weekday())


@dataclass
class Attempt:
    """One attempt with what is known of consent."""

    row: Row
    customer: str | None
    channel: str
    at: datetime
    delivered: datetime | None
    workflow: str
    call: Row | None
    consent: str = "none"
    opted_out: bool = False
    is_breach: bool = False


@dataclass
class Order:
    """One order that is linked to an episode."""

    row: Row
    at: datetime
    net_revenue: float
    is_discounted: bool = False


@dataclass
class Episode:
    """One episode."""

    first: Row
    carts: list[Row]
    eligible: datetime
    prior_orders: int = 0
    prior_contacts: int = 0
    arm: str | None = None
    attempts: list[Attempt] = field(default_factory=list)
    linked: list[Order] = field(default_factory=list)
    attributed: list[Order] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    dimensions: dict[str, str] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When the first cart was abandoned."""
        return self.first["abandoned_at"]

    @property
    def first_attempt(self) -> datetime | None:
        """The first attempt, delivered or not."""
        return min((one.at for one in self.attempts), default=None)

    @property
    def is_contacted(self) -> bool:
        """Whether an attempt was delivered."""
        return any(one.delivered for one in self.attempts)


class Landing:
    """Every source, as known by as_of."""

    def __init__(self, folder: Path) -> None:
        self.customers = {row["customer_id"]: row for row in read(folder, "customers")}
        self.orders = [row for row in read(folder, "orders") if row["placed_at"] <= AS_OF]
        self.items: dict[str, list[Row]] = defaultdict(list)
        for row in read(folder, "order_items"):
            self.items[row["order_id"]].append(row)
        self.refunds: dict[str, list[Row]] = defaultdict(list)
        for row in read(folder, "refunds"):
            if row["requested_at"] <= AS_OF:
                self.refunds[row["order_id"]].append(row)
        self.carts = {row["cart_id"]: row for row in read(folder, "carts") if row["created_at"] <= AS_OF}
        self.attempts = [row for row in read(folder, "outreach_attempts") if row["attempted_at"] <= AS_OF]
        self.messages = [row for row in read(folder, "messages") if row["sent_at"] <= AS_OF]
        self.calls = {row["call_id"]: row for row in read(folder, "calls") if row["started_at"] <= AS_OF}
        self.turns = read(folder, "call_turns")
        self.tickets = [row for row in read(folder, "tickets") if row["created_at"] <= AS_OF]
        self.assignments = [row for row in read(folder, "experiment_assignments") if row["assigned_at"] <= AS_OF]
        self.roster = {row["customer_id"] for row in read(folder, "incident_accounts")}
        (self.incident,) = read(folder, "incidents")
        self.statements = _statements(folder, self.calls)


def _statements(folder: Path, calls: dict[str, Row]) -> dict[tuple[str, str], list[tuple[datetime, str]]]:
    """(customer, channel) -> statements in order; a refusal beats a consent of the same instant."""
    said: dict[tuple[str, str], dict[datetime, str]] = defaultdict(dict)

    def state(customer: str | None, channel: str, at: datetime, status: str) -> None:
        if customer is not None and at <= AS_OF and said[customer, channel].get(at) != "revoked":
            said[customer, channel][at] = status

    for row in read(folder, "consents"):
        state(row["customer_id"], CHANNELS.get(row["channel"], row["channel"]), row["valid_from"], row["status"])
    for row in read(folder, "call_events"):
        payload = row["payload"] or {}
        # what the call says by a known word; else by a yes or no; else only a failed one is a refusal
        word = {"opt_out": "revoked", "opt_in": "granted"}.get(row["name"])
        if word is None and (payload.get("granted") is False or row["ok"] is False):
            word = "revoked"
        call = calls.get(row["call_id"])
        if word and call:
            state(call["customer_id"], payload.get("channel", "phone"), row["event_at"], word)
    return {key: sorted(by_time.items()) for key, by_time in said.items()}


def consent_at(land: Landing, customer: str | None, channel: str, at: datetime) -> str:
    """The last statement up to that moment."""
    before = [status for moment, status in land.statements.get((customer or "", channel), []) if moment <= at]
    return before[-1] if before else "none"


def attempts(land: Landing) -> list[Attempt]:
    """Every attempt with consent, opt-out and frequency."""
    found = []
    for row in land.attempts:
        cart = land.carts.get(row["cart_id"] or "")
        customer = row["customer_id"] or (cart and cart["customer_id"])
        call = land.calls.get(row["call_id"] or "")
        delivered = seen(row["delivered_at"]) or seen(row["answered_at"])
        if delivered is None and call and call["status"] == "completed":
            delivered = call["started_at"]
        workflow = "incident" if row["incident_id"] else "cart_recovery"
        channel = CHANNELS.get(row["channel"], row["channel"])
        one = Attempt(row, customer, channel, row["attempted_at"], delivered, workflow, call)
        one.consent = consent_at(land, customer, channel, one.at)
        if delivered:
            one.opted_out = any(
                status == "revoked" and delivered <= at <= delivered + WEEK
                for at, status in land.statements.get((customer or "", channel), [])
            )
        found.append(one)
    for one in found:
        if one.workflow != "cart_recovery" or one.customer is None:
            continue
        recent = [
            other
            for other in found
            if other.workflow == "cart_recovery"
            and other.customer == one.customer
            and one.at - WEEK < other.at <= one.at
        ]
        by_phone = [other for other in recent if other.channel == "phone"]
        one.is_breach = len(recent) > 4 or (one.channel == "phone" and len(by_phone) > 2)
    return found


def episodes(land: Landing) -> list[Episode]:
    """Qualifying carts, merged within seven days of the first."""
    by_customer: dict[str, list[Row]] = defaultdict(list)
    for cart in land.carts.values():
        if _qualifies(land, cart):
            by_customer[cart["customer_id"]].append(cart)
    found = []
    for carts in by_customer.values():
        current: Episode | None = None
        for cart in sorted(carts, key=lambda row: (row["abandoned_at"], row["cart_id"])):
            if current is None or cart["abandoned_at"] - current.at > WEEK:
                current = Episode(cart, [], cart["abandoned_at"] + DELAY)
                found.append(current)
            current.carts.append(cart)
    return found


def _qualifies(land: Landing, cart: Row) -> bool:
    customer, left = cart["customer_id"], seen(cart["abandoned_at"])
    if customer is None or left is None:
        return False
    eligible = left + DELAY
    has_contact = cart["has_contact"]
    if has_contact is None:
        has_contact = land.customers.get(customer, {}).get("email") is not None
    done = seen(cart.get("completed_at"))
    ordered = any(row["customer_id"] == customer and left <= row["placed_at"] < eligible for row in land.orders)
    states = [consent_at(land, customer, channel, eligible) for who, channel in land.statements if who == customer]
    states = [state for state in states if state != "none"]
    refused = bool(states) and "granted" not in states
    hit = customer in land.roster and land.incident["opened_at"] <= eligible < land.incident["resolved_at"]
    return has_contact and eligible <= AS_OF and not (done and done < eligible) and not (ordered or refused or hit)

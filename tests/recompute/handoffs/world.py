"""A small messy world: calls with hand-offs, documents, promises, actions and what is known of them when."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

Row = dict[str, Any]
World = dict[str, list[Row]]

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
AS_OF = datetime(2026, 2, 4, 15, 30, tzinfo=UTC)
ZONES = (UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-7)))
SAID = (
    "where is my order",
    "my parcel arrived completely crushed and broken",
    "I need to change the delivery address on my order",
    "when will it be back in stock",
    "I want to dispute the charge with my bank",
    "I do not know this order, somebody used my account",
    "I have an appointment for the installation and need to move it",
    "how do I send it back",
    "I want to complain about your service",
    "how long is the warranty",
)
ACTIONS = ("create_replacement", "issue_refund", "get_account_credentials", "send_link", "dance", "update_ticket")
SLOTS = ("phone", "email", "order_id", "shoe_size", "Postal_Code")
KEYS = {
    "call_turns": ("call_id", "turn_no"),
    "call_events": ("call_id", "event_seq"),
    "call_actions": ("call_id", "action_type", "target_id"),
    "ticket_events": ("ticket_id", "event_id"),
    "owner_alerts": ("alert_id",),
    "order_items": ("order_id", "line_no"),
}


def key_of(source: str, row: Row) -> tuple[Any, ...]:
    """The natural key of a row."""
    names = KEYS.get(source, (f"{source.removesuffix('s')}_id",))
    return tuple(row[name] for name in names)


def make_world(seed: int = 5, calls: int = 260) -> World:
    """Every row that is delivered, older versions and copies included, in order of delivery."""
    random = Random(seed)
    world: World = defaultdict(list)
    world["owners"] = [{"owner_id": "w1", "name": "A", "team": "Desk", "kind": "human"}]
    for number in range(40):
        _customer(world, random, number)
    for number in range(70):
        _order(world, random, number)
    for number in range(calls):
        _call(world, random, number)
    for source, rows in world.items():
        rows.extend(dict(row) for row in rows if random.random() < 0.05)
        if source != "calls":
            random.shuffle(rows)
    return world


def _some(random: Random, low: float, high: float) -> timedelta:
    return timedelta(seconds=round(random.uniform(low, high)))


def _maybe(random: Random, value: Any, share: float) -> Any:
    return value if random.random() < share else None


def _customer(world: World, random: Random, number: int) -> None:
    row = {"customer_id": f"k{number}", "segment": random.choice(["new", "vip", None]), "region": "north"}
    first = START - timedelta(days=9)
    world["customers"].append(row | {"source_updated_at": first, "tier": random.choice(["vip", "gold", "standard"])})
    if number % 3 == 0:
        later = START + _some(random, 0, 25 * 86400)
        world["customers"].append(row | {"source_updated_at": later, "tier": random.choice(["vip", "standard"])})


def _order(world: World, random: Random, number: int) -> None:
    placed = START + _some(random, -10 * 86400, 20 * 86400)
    row = {
        "order_id": f"o{number}",
        "customer_id": f"k{number % 40}",
        "placed_at": placed,
        "currency": random.choice(["EUR", "USD", "CHF"]),
        "net": random.choice([20, 299.99, 300, 700]),
    }
    risk = random.choice(["low", "low", "high"])
    world["orders"].append(row | {"source_updated_at": placed, "risk_level": risk})
    if number % 4 == 0:
        later = placed + _some(random, 3600, 9 * 86400)
        world["orders"].append(row | {"source_updated_at": later, "risk_level": random.choice(["low", "fraud"])})
    world["order_items"].append(
        {"order_id": f"o{number}", "line_no": 1, "sku": f"S{number}", "quantity": 1, "unit_price": 9}
    )
    if number % 6 == 0:
        opened = placed + _some(random, 0, 12 * 86400)
        world["disputes"].append(
            {"dispute_id": f"x{number}", "source_updated_at": opened, "order_id": f"o{number}", "opened_at": opened}
        )


def _call(world: World, random: Random, number: int) -> None:
    call_id, order = f"c{number}", random.randrange(70)
    start = START + _some(random, 0, 30 * 86400)
    end = start + _some(random, 5, 400)
    row: Row = {
        "call_id": call_id,
        "source_updated_at": end,
        "direction": "inbound" if random.random() < 0.93 else "outbound",
        "workflow": random.choice(["ocr_handoff", "order_support", "cart_recovery"]),
        "status": "completed",
        "started_at": start,
        "ended_at": end,
        "is_test": random.random() < 0.03,
        "source_system": random.choice(["shop", "desk", None]),
        "customer_id": _maybe(random, f"k{order % 40}", 0.9),
        "phone": _maybe(random, "+1555", 0.7),
        "order_id": _maybe(random, f"o{order}", 0.75),
        "match_confidence": random.choice([None, 0.5, 0.79, 0.8, 0.95]),
        "identity_method": random.choice([None, "phone", "email"]),
        "identity_result": random.choice([None, "verified", "failed", "not_asked"]),
        "owner_id": random.choice([None, "w1", "w9"]),
        "intent_raw": _maybe(random, "something", 0.6),
        "urgency": random.choice([None, "low", "urgent"]),
        "requested_next_step": _maybe(random, "call", 0.5),
        "routing_decision": random.choice([None, "closed", "escalated", "sent_to_review"]),
        "transfer_at": _maybe(random, end, 0.15),
        "risk_flags": random.choice([None, None, ["fraud"], ["urgent_travel", "fraud"], ["damaged_item"], []]),
        "transcript_url": _maybe(random, "https://t/1", 0.7),
        "recording_url": _maybe(random, "https://r/1", 0.3),
        "record_url": _maybe(random, "https://v/1", 0.8),
    }
    world["calls"].append(row)
    if random.random() < 0.1:
        earlier = end - timedelta(seconds=3)
        world["calls"].append(row | {"source_updated_at": earlier, "match_confidence": 0.1, "urgency": "high"})
    world["call_turns"].append({"call_id": call_id, "turn_no": 1, "speaker": "customer", "text": random.choice(SAID)})
    _events(world, random, row)
    _promise(world, random, row)
    if row["call_id"] != "c7":
        _handoff(world, random, row)
    _document(world, random, row)
    _alert(world, random, row)
    _ticket(world, random, row)


def _events(world: World, random: Random, call: Row) -> None:
    kinds = random.choices(["slot_asked", "lookup", "tool_call", "eligibility_checked"], k=random.randrange(6))
    for sequence, kind in enumerate(kinds, start=1):
        names = {"slot_asked": SLOTS, "lookup": ("get_order", "find_customer"), "tool_call": ("send_link",)}
        payload: Row | None = None
        if kind == "tool_call":
            payload = random.choice([{"target_id": "t1"}, {"target_id": "t2"}, {}, None])
        if kind == "eligibility_checked":
            payload = random.choice([{"eligible": True}, {"eligible": False}, None])
        if kind == "slot_asked" and random.random() < 0.1:
            payload = {"known": random.random() < 0.5}
        world["call_events"].append(
            {
                "call_id": call["call_id"],
                "event_seq": sequence,
                "event_at": call["started_at"] + timedelta(seconds=sequence),
                "event_type": kind,
                "name": random.choice(names.get(kind, ("policy",))),
                "ok": random.choice([True, True, False, None]),
                "payload": payload,
            }
        )
    for kind in random.sample(ACTIONS, random.randrange(3)):
        requested = call["started_at"] + _some(random, 1, 900)
        row = {
            "call_id": call["call_id"],
            "action_type": kind,
            "target_id": random.choice(["t1", "t2"]),
            "source_updated_at": requested,
            "requested_at": requested,
            "executed_at": _maybe(random, requested + timedelta(seconds=4), 0.8),
            "status": random.choice(["done", "done", "refused"]),
            "executions": random.choice([None, 0, 1, 1, 1, 2]),
        }
        world["call_actions"].append(row)


def _promise(world: World, random: Random, call: Row) -> None:
    if random.random() < 0.5:
        return
    at = call["started_at"] + timedelta(seconds=2)
    due = at + _some(random, 3600, 9 * 86400)
    world["promises"].append(
        {
            "promise_id": f"p-{call['call_id']}",
            "source_updated_at": at,
            "call_id": _maybe(random, call["call_id"], 0.9),
            "kind": random.choice(["refund", "replacement", "address_change", "update", "link"]),
            "promised_at": at,
            "due_at": _maybe(random, due, 0.85),
            "fulfilled_at": random.choice([None, due, due + timedelta(seconds=1), due - timedelta(hours=1)]),
            "eligibility_confirmed_at": random.choice([None, None, at, at + timedelta(seconds=1)]),
        }
    )


def _handoff(world: World, random: Random, call: Row) -> None:
    for copy in range(random.choice([0, 1, 1, 1, 2])):
        created = call["ended_at"] + timedelta(seconds=30 + copy)
        accepted = created + random.choice([timedelta(hours=4), timedelta(hours=24), _some(random, -60, 6 * 86400)])
        acted = accepted + _some(random, 0, 5 * 86400)
        row = {
            "handoff_id": f"h{copy}-{call['call_id']}",
            "source_updated_at": created,
            "call_id": call["call_id"],
            "destination_system": "ocr",
            "purpose": random.choice(["find_transaction", "handle_exception"]),
            "object_type": random.choice([None, "order", "order", "order"]),
            "object_id": random.choice(["o1", "o2", " ", None]) if random.random() < 0.3 else "o1",
            "owner_id": random.choice(["w1", "w1", "w9", None]),
            "status": random.choice(["open", "open", "open", ""]),
            "urgency": random.choice(["low", "Normal", "high", "asap", None]),
            "next_step": random.choice(["answer", "answer", "\u00a0", None]),
            "record_url": random.choice(["https://x/1", "HTTP://x/1", "n/a", None, "https://"]),
            "summary": "s" * random.choice([0, 10, 600, 601]),
            "review_cause": random.choice([None, "Low confidence match", "money"]),
            "created_at": created,
            "accepted_at": _maybe(random, accepted, 0.8),
            "first_action_at": _maybe(random, acted, 0.7),
            "transcript_opened_at": random.choice([None, None, acted, acted + timedelta(seconds=1)]),
            "clarification_requested_at": random.choice([None, None, acted - timedelta(seconds=1)]),
            "reviewed_at": _maybe(random, created + _some(random, 600, 9 * 86400), 0.5),
            "corrected_object_id": random.choice([None, None, "o1", "o7"]),
        }
        world["handoffs"].append(row)
        if random.random() < 0.1:
            world["handoffs"].append(row | {"source_updated_at": created - timedelta(seconds=1), "owner_id": "w9"})


def _document(world: World, random: Random, call: Row) -> None:
    if random.random() < 0.6:
        return
    received = call["started_at"] + random.choice([_some(random, -86400, 9 * 86400), timedelta(hours=168)])
    fields = random.choice([None, {}, {"sku": "S1"}, {"sku": "Z", "total": 4, "date": "x"}])
    world["documents"].append(
        {
            "document_id": f"d-{call['call_id']}",
            "source_updated_at": received,
            "call_id": _maybe(random, call["call_id"], 0.5),
            "order_id": call["order_id"],
            "kind": random.choice(["damage_photo", "label", "receipt", "id", "other", None]),
            "received_at": received,
            "ocr_text": random.choice([None, "glass is Cracked", "nothing"]),
            "ocr_confidence": random.choice([None, 0.5, 1, 88]),
            "fields": fields,
            "corrected_fields": random.choice([None, None, {"sku": "S2"}, ["a", "b"]]),
        }
    )


def _alert(world: World, random: Random, call: Row) -> None:
    if random.random() < 0.5:
        world["owner_alerts"].append(
            {
                "alert_id": f"a-{call['call_id']}",
                "call_id": call["call_id"],
                "channel": "slack",
                "cause": random.choice(["promise", "decision", "approval", None]),
                "sent_at": call["ended_at"] + timedelta(seconds=9),
            }
        )


def _ticket(world: World, random: Random, call: Row) -> None:
    if random.random() < 0.7:
        return
    created = call["started_at"] + random.choice([_some(random, -86400, -1), _some(random, 0, 2000)])
    ticket_id = f"t-{call['call_id']}"
    world["tickets"].append(
        {
            "ticket_id": ticket_id,
            "source_updated_at": created,
            "created_at": created,
            "channel": random.choice(["phone", "email"]),
            "customer_id": call["customer_id"],
            "order_id": call["order_id"],
            "call_id": _maybe(random, call["call_id"], 0.4),
        }
    )
    world["ticket_events"].append(
        {
            "ticket_id": ticket_id,
            "event_id": "1",
            "at": call["ended_at"] + random.choice([timedelta(0), timedelta(minutes=30), timedelta(minutes=31)]),
            "actor_type": random.choice(["ai", "agent"]),
        }
    )


def write(world: World, landing: Path, seed: int = 5) -> None:
    """Two files a source, the older version not always before the newer; times in several zones."""
    random = Random(seed)
    for source, rows in world.items():
        folder = landing / source
        folder.mkdir(parents=True)
        half = len(rows) // 2
        for name, part in (("z", rows[:half]), ("a", rows[half:])):
            lines = (json.dumps({key: _spelled(random, value) for key, value in row.items()}) for row in part)
            (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _spelled(random: Random, value: Any) -> Any:
    return value.astimezone(random.choice(ZONES)).isoformat() if isinstance(value, datetime) else value


def winners(source: str, rows: Iterable[Row]) -> list[Row]:
    """The version of each key with the latest source_updated_at; copies are equal."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = key_of(source, row)
        if key not in found or row.get("source_updated_at", 0) > found[key].get("source_updated_at", 0):
            found[key] = row
    return list(found.values())

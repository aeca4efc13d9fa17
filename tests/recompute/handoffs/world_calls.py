"""Calls of the small world with their events, promises, alerts, tickets and messages."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from .world_base import START, Row, World, maybe, some
from .world_papers import add_document, add_handoffs

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
ACTIONS = (
    "create_replacement",
    "issue_refund",
    "get_account_credentials",
    "send_link",
    "dance",
    "update_ticket",
    "change_address",
)
SLOTS = ("phone", "email", "order_id", "shoe_size", "Postal_Code")


def add_call(world: World, random: Random, number: int) -> None:
    """A call and everything it leaves behind."""
    call_id, order = f"c{number}", random.randrange(70)
    start = START + some(random, 0, 30 * 86400)
    end = start + some(random, 5, 400)
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
        "customer_id": maybe(random, f"k{order % 40}", 0.9),
        "phone": maybe(random, "+1555", 0.7),
        "order_id": maybe(random, f"o{order}", 0.75),
        "match_confidence": random.choice([None, 0.5, 0.79, 0.8, 0.95]),
        "identity_method": random.choice([None, "phone", "email"]),
        "identity_result": random.choice([None, "verified", "failed", "not_asked"]),
        "owner_id": random.choice([None, "w1", "w9"]),
        "intent_raw": maybe(random, "something", 0.6),
        "urgency": random.choice([None, "low", "urgent"]),
        "requested_next_step": maybe(random, "call", 0.5),
        "routing_decision": random.choice([None, "closed", "escalated", "sent_to_review"]),
        "transfer_at": maybe(random, end, 0.15),
        "risk_flags": random.choice(
            [None, None, ["fraud"], ["urgent_travel", "fraud"], ["damaged_item"], ["wrong_address"], []]
        ),
        "transcript_url": maybe(random, "https://t/1", 0.7),
        "recording_url": maybe(random, "https://r/1", 0.3),
        "record_url": maybe(random, "https://v/1", 0.8),
    }
    world["calls"].append(row)
    if random.random() < 0.1:
        earlier = end - timedelta(seconds=3)
        world["calls"].append(row | {"source_updated_at": earlier, "match_confidence": 0.1, "urgency": "high"})
    world["call_turns"].append({"call_id": call_id, "turn_no": 1, "speaker": "customer", "text": random.choice(SAID)})
    _events(world, random, row)
    _promise(world, random, row)
    if row["call_id"] != "c7":
        add_handoffs(world, random, row)
    add_document(world, random, row)
    _alert(world, random, row)
    _ticket(world, random, row)
    _message(world, random, row)


def _message(world: World, random: Random, call: Row) -> None:
    sent = call["ended_at"] + some(random, -5, 4 * 86400)
    world["messages"].append(
        {
            "message_id": f"m-{call['call_id']}",
            "source_updated_at": sent,
            "customer_id": call["customer_id"],
            "call_id": call["call_id"],
            "channel": "email",
            "purpose": random.choice(["confirmation", "next_step", "recap"]),
            "sent_at": sent,
            "delivered_at": maybe(random, sent + timedelta(seconds=4), 0.8),
        }
    )


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
        requested = call["started_at"] + some(random, 1, 900)
        row = {
            "call_id": call["call_id"],
            "action_type": kind,
            "target_id": random.choice(["t1", "t2"]),
            "source_updated_at": requested,
            "requested_at": requested,
            "executed_at": maybe(random, requested + timedelta(seconds=4), 0.8),
            "status": random.choice(["done", "done", "refused"]),
            "executions": random.choice([None, 0, 1, 1, 1, 2]),
        }
        world["call_actions"].append(row)
        if random.random() < 0.4:
            # the agent asked for it more than once, and the system may have done it once only
            for place in range(random.choice([1, 2, 3])):
                world["call_events"].append(
                    {
                        "call_id": call["call_id"],
                        "event_seq": 50 + 10 * len(world["call_actions"]) + place,
                        "event_at": call["started_at"] + timedelta(seconds=20 + place),
                        "event_type": "tool_call",
                        "name": row["action_type"],
                        "payload": {"target_id": row["target_id"]},
                        "ok": True,
                    }
                )


def _promise(world: World, random: Random, call: Row) -> None:
    if random.random() < 0.5:
        return
    at = call["started_at"] + timedelta(seconds=2)
    due = at + some(random, 3600, 9 * 86400)
    world["promises"].append(
        {
            "promise_id": f"p-{call['call_id']}",
            "source_updated_at": at,
            "call_id": maybe(random, call["call_id"], 0.9),
            "kind": random.choice(["refund", "replacement", "address_change", "update", "link"]),
            "promised_at": at,
            "due_at": maybe(random, due, 0.85),
            "fulfilled_at": random.choice([None, due, due + timedelta(seconds=1), due - timedelta(hours=1)]),
            "eligibility_confirmed_at": random.choice([None, None, at, at + timedelta(seconds=1)]),
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
    created = call["started_at"] + random.choice([some(random, -86400, -1), some(random, 0, 2000)])
    ticket_id = f"t-{call['call_id']}"
    world["tickets"].append(
        {
            "ticket_id": ticket_id,
            "source_updated_at": created,
            "created_at": created,
            "channel": random.choice(["phone", "email"]),
            "customer_id": call["customer_id"],
            "order_id": call["order_id"],
            "call_id": maybe(random, call["call_id"], 0.4),
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

"""Whom calls were put through to, links that were sent, look-ups of every kind; drawn apart from the rest."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from .world_base import World, maybe, some

TARGETS = (
    None,
    "w1",
    "w2",
    "w3",
    "q-delivery",
    "On-Call engineers",
    "Key_Account team",
    "+15550123",
    "shops",
    "returns desk",
)
OWNERS = [
    {"owner_id": "w2", "name": "B", "team": "Warehouse WEST", "kind": "queue"},
    {"owner_id": "w3", "name": "billing", "team": None, "kind": "queue"},
]
LOOKUPS = ("get_order", "Get-Shipment", "order_payment", "check_eligibility", "customer_history", "weather", None)


def add_escalations(world: World, random: Random) -> None:
    """Targets of calls, further owners, links and look-ups."""
    world["owners"].extend(OWNERS)
    for call in world["calls"]:
        call["transfer_target"] = random.choice(TARGETS)
    calls = {call["call_id"]: call for call in world["calls"]}
    for call_id, call in calls.items():
        if random.random() < 0.2:
            asked = {"turn_no": 2, "speaker": "customer", "text": "let me speak to a real person please"}
            world["call_turns"].append({"call_id": call_id, **asked})
        if random.random() < 0.4:
            sent = call["started_at"] + some(random, 0, 200)
            world["messages"].append(
                {
                    "message_id": f"link-{call_id}",
                    "source_updated_at": sent,
                    "call_id": maybe(random, call_id, 0.9),
                    "channel": "sms",
                    "purpose": "link",
                    "sent_at": sent,
                    "delivered_at": random.choice(
                        [None, sent, sent + timedelta(hours=24), sent + timedelta(hours=24, seconds=1)]
                    ),
                    "clicked_at": random.choice(
                        [None, sent + timedelta(hours=168), sent + timedelta(hours=168, seconds=1)]
                    ),
                }
            )
        for sequence in range(50, 50 + random.randrange(4)):
            world["call_events"].append(
                {
                    "call_id": call_id,
                    "event_seq": sequence,
                    "event_at": call["started_at"] + timedelta(seconds=sequence),
                    "event_type": "lookup",
                    "name": random.choice(LOOKUPS),
                    "ok": random.choice([True, True, False, None]),
                    "payload": None,
                }
            )

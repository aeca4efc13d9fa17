"""Hand-offs and documents of the small world."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from .world_base import Row, World, maybe, some


def add_handoffs(world: World, random: Random, call: Row) -> None:
    """None, one or two hand-offs of a call, with every kind of gap."""
    for copy in range(random.choice([0, 1, 1, 1, 2])):
        created = call["ended_at"] + timedelta(seconds=30 + copy)
        accepted = created + random.choice([timedelta(hours=4), timedelta(hours=24), some(random, -60, 6 * 86400)])
        acted = accepted + some(random, 0, 5 * 86400)
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
            "accepted_at": maybe(random, accepted, 0.8),
            "first_action_at": maybe(random, acted, 0.7),
            "transcript_opened_at": random.choice([None, None, acted, acted + timedelta(seconds=1)]),
            "clarification_requested_at": random.choice([None, None, acted - timedelta(seconds=1)]),
            "reviewed_at": maybe(random, created + some(random, 600, 9 * 86400), 0.5),
            "corrected_object_id": random.choice([None, None, "o1", "o7"]),
        }
        world["handoffs"].append(row)
        if random.random() < 0.1:
            world["handoffs"].append(row | {"source_updated_at": created - timedelta(seconds=1), "owner_id": "w9"})


def add_document(world: World, random: Random, call: Row) -> None:
    """A document of the call or of its order, before, at the edge of and after the window."""
    if random.random() < 0.6:
        return
    received = call["started_at"] + random.choice([some(random, -86400, 9 * 86400), timedelta(hours=168)])
    fields = random.choice([None, {}, {"sku": "S1"}, {"sku": "Z", "total": 4, "date": "x"}])
    world["documents"].append(
        {
            "document_id": f"d-{call['call_id']}",
            "source_updated_at": received,
            "call_id": maybe(random, call["call_id"], 0.5),
            "order_id": call["order_id"],
            "kind": random.choice(["damage_photo", "label", "receipt", "id", "other", None]),
            "received_at": received,
            "ocr_text": random.choice([None, "glass is Cracked", "nothing"]),
            "ocr_confidence": random.choice([None, 0.5, 1, 88]),
            "fields": fields,
            "corrected_fields": random.choice([None, None, {"sku": "S2"}, ["a", "b"]]),
        }
    )

"""The stages an order went through, with the contacts and the midnights in each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from .call_facts import week_start
from .landing_typing import Typed
from .metric_cells import Observation
from .observations import ORDER_WINDOW, World
from .order_facts import STAGES


def stage_visits(world: World) -> list[Observation]:
    """Orders by the stage they entered: contacts there within 30 days per order."""
    return list(_visits(world, per_day=False))


def stage_days(world: World) -> list[Observation]:
    """The same contacts per midnight that passed there."""
    return list(_visits(world, per_day=True))


def entered(world: World, order: Typed) -> list[tuple[datetime, str]]:
    """When the order came into each stage that was the furthest one, in order; the first parcel moves it."""
    reached: dict[str, list[datetime | None]] = {stage: [] for stage in STAGES}
    reached["placed"].append(order["placed_at"])
    reached["cancelled"].append(order["cancelled_at"])
    for parcel in world.book.shipments.get(order["order_id"], []):
        for column, stage in (
            ("label_at", "label_created"),
            ("handover_at", "handed_over"),
            ("delivered_at", "delivered"),
        ):
            reached[stage].append(parcel[column])
        for scan in world.book.scans.get(parcel["shipment_id"], []):
            stage = "label_created" if scan["status"] == "info_received" else scan["status"]
            if stage in reached:
                reached[stage].append(scan["scanned_at"])
    entries: list[tuple[datetime, str]] = []
    # from the furthest stage back: one is entered if nothing further had been reached by then
    next_at = world.as_of + timedelta(microseconds=1)
    for stage in reversed(STAGES):
        first = min((moment for moment in reached[stage] if moment is not None), default=next_at)
        if first < next_at:
            entries.append((first, stage))
            next_at = first
    return entries[::-1]


def midnights(start: datetime, end: datetime, world: World) -> int:
    """Midnights of the reporting zone after the start and not after the end."""
    return (end.astimezone(world.zone).date() - start.astimezone(world.zone).date()).days


def _visits(world: World, per_day: bool) -> Iterator[Observation]:
    contacts: dict[str, list[datetime]] = {}
    for contact in world.contacts:
        if contact.order_id is not None:
            contacts.setdefault(contact.order_id, []).append(contact.started_at)
    for order in world.rows["orders"]:
        dimensions, entries = world.book.order_dimensions(order), entered(world, order)
        for place, (start, stage) in enumerate(entries):
            left = entries[place + 1][0] if place + 1 < len(entries) else None
            number = sum(
                start <= moment <= start + ORDER_WINDOW and (left is None or moment < left)
                for moment in contacts.get(order["order_id"], [])
            )
            end = min(left or world.as_of, start + ORDER_WINDOW)
            yield Observation(
                week_start(start, world.zone),
                dimensions | {"delivery_stage": stage},
                number,
                followup=world.as_of - start,
                exposure=midnights(start, end, world) if per_day else 1,
            )

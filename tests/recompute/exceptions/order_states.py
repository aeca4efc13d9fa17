"""The state of an order at any moment, asked anew for each moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.recompute.order_facts import STAGES

from .order_story import Story, past

RANKS = {
    "placed": 1, "on_hold": 1, "backordered": 1, "label_created": 2, "handed_over": 3, "in_transit": 4, "exception": 4,
    "out_for_delivery": 5, "attempt_failed": 6, "available_for_pickup": 7, "lost": 7, "partly_delivered": 7,
    "delivered": 8, "returning": 9, "returned": 10, "cancelled": 11,
}  # fmt: skip
# furthest stage that a state reaches, where it is no stage itself
STAGE_OF = {"on_hold": "placed", "backordered": "placed", "exception": "in_transit", "lost": "in_transit"}
WORDS = {"placed": "placed", "in transit": "in_transit", "shipped": "handed_over", "delivered": "delivered"}


@dataclass(frozen=True)
class Event:
    """Something one of the three systems says about an order."""

    at: datetime
    who: str
    state: str | None
    promise: datetime | None = None


def events_of(story: Story, order_id: str) -> list[Event]:
    """Everything said about an order from placing on, by as-of."""
    placed = story.orders[order_id]["placed_at"]
    said = [*_of_order(story, order_id), *_of_parcels(story, order_id), *_of_promises(story, order_id)]
    return [Event(at, *rest) for at, *rest in said if at is not None and placed <= at and past(at)]


def _of_order(story: Story, order_id: str) -> Iterator[tuple[Any, ...]]:
    order = story.orders[order_id]
    yield order["placed_at"], "shop", "placed", order["promised_delivery_at"]
    yield order["cancelled_at"], "cancel", "cancelled"
    versions = sorted([*(row for row in story.older["orders"] if row["order_id"] == order_id), order], key=_updated)
    for place, version in enumerate(versions):
        if version["fulfillment_status"] == "On_Hold":
            yield version["source_updated_at"], "hold", "on_hold"
            yield versions[place + 1]["source_updated_at"], "hold", "released"
    for row in story.rows["inventory_events"]:
        if row["order_id"] == order_id:
            yield row["at"], "warehouse", "placed" if row["kind"] == "restock" else "backordered"


def _of_parcels(story: Story, order_id: str) -> Iterator[tuple[Any, ...]]:
    for parcel in story.parcels[order_id]:
        yield parcel.label, "warehouse", "label_created", parcel.promise
        yield parcel.handover, "warehouse", "handed_over"
        yield parcel.arrived, "carrier", "delivered"
        for scan in parcel.scans:
            if scan["status"] == "info_received":
                yield scan["scanned_at"], "warehouse", "label_created"
            elif scan["status"] != "delivered":
                yield scan["scanned_at"], "carrier", scan["status"]


def _of_promises(story: Story, order_id: str) -> Iterator[tuple[Any, ...]]:
    for parcel in story.parcels[order_id]:
        seen: dict[datetime, datetime] = {}
        for version in [*story.older["shipments"], parcel.row]:
            revised, updated = version["promise_current_at"], version["source_updated_at"]
            if version["shipment_id"] == parcel.id and revised is not None:
                seen[revised] = min(seen.get(revised, updated), updated)
        for revised, updated in seen.items():
            yield updated, "promise", None, revised


def _updated(row: dict[str, Any]) -> Any:
    return row["source_updated_at"]


class Timeline:
    """Versions of the state of one order."""

    def __init__(self, story: Story, order_id: str) -> None:
        self.parcels = len(story.parcels[order_id])
        self.events = sorted(events_of(story, order_id), key=lambda event: event.at)
        self.versions: list[tuple[datetime, str, datetime | None]] = []
        for at in sorted({event.at for event in self.events}):
            state, promise = self._state(at), self._last(at, lambda event: event.promise)
            if not self.versions or (state, promise) != self.versions[-1][1:]:
                self.versions.append((at, state, promise))

    def _last(self, at: datetime, what: Any) -> Any:
        values = [what(event) for event in self.events if event.at <= at and what(event) is not None]
        return values[-1] if values else None

    def _state(self, at: datetime) -> str:
        if any(event.who == "cancel" and event.at <= at for event in self.events):
            return "cancelled"
        carried: str | None = None
        delivered = 0
        for event in self.events:
            if event.who != "carrier" or event.at > at:
                continue
            if event.state == "delivered":
                delivered += 1
                carried = "delivered" if delivered >= self.parcels else "partly_delivered"
            elif delivered < self.parcels or event.state in ("returning", "returned"):
                carried = event.state
        if carried:
            return carried
        if self._last(at, lambda event: event.state if event.who == "hold" else None) == "on_hold":
            return "on_hold"
        return self._last(at, lambda event: event.state if event.who == "warehouse" else None) or "placed"

    def version(self, at: datetime) -> int:
        """Number of the version in force, 0 before the order."""
        return sum(begins <= at for begins, _, _ in self.versions)

    def stage(self, at: datetime) -> str:
        """Furthest delivery stage by then."""
        stages = [STAGE_OF.get(event.state, event.state) for event in self.events if event.at <= at and event.state]
        places = [STAGES.index(stage) for stage in stages if stage in STAGES]
        return STAGES[max(places)] if places else "unknown"

"""Units of the metrics of messages about orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from .landing_files import Row
from .order_states import RANKS, WORDS, Timeline
from .order_story import Story
from .units import Unit, week_of
from .world import AS_OF


class Messages:
    """Messages about orders in order of sending, with the version of the order state they met."""

    def __init__(self, story: Story, timelines: dict[str, Timeline]) -> None:
        self.story, self.timelines = story, timelines
        rows = [row for row in story.rows["messages"] if row["sent_at"] <= AS_OF and row["order_id"]]
        self.rows = sorted(rows, key=lambda row: (row["sent_at"], row["message_id"]))
        self.received = [row for row in self.rows if not row["failed_at"] or row["delivered_at"]]

    def version(self, row: Row) -> int:
        """Version of the order state when it was sent."""
        return self.timelines[row["order_id"]].version(row["sent_at"])

    def shape(self, row: Row) -> dict[str, str]:
        """The dimensions of a message."""
        parcels = self.story.parcels[row["order_id"]]
        stage = self.timelines[row["order_id"]].stage(row["sent_at"])
        known = self.story.dimensions(row["order_id"], parcels[0] if parcels else None)
        return {**known, "delivery_stage": stage, "phase": "unknown"}

    def repeated(self) -> set[str]:
        """Messages that say again within a day what the customer already got."""
        last: dict[Any, Any] = {}
        found = set()
        for row in self.received:
            if not row["customer_id"]:
                continue
            relied = row["order_state_version"] or str(self.version(row) or None)
            key = (row["customer_id"], row["order_id"], row["purpose"], relied)
            if key in last and row["sent_at"] - last[key] <= timedelta(hours=24):
                found.add(row["message_id"])
            last[key] = row["sent_at"]
        return found

    def contradicting(self) -> set[str]:
        """Messages that step back or name another date while the order did not change."""
        found = set()
        states: dict[str, tuple[int, int]] = {}
        dates: dict[str, tuple[Any, int]] = {}
        for row in self.received:
            order_id, version = row["order_id"], self.version(row)
            state = WORDS.get((row["asserted_order_state"] or "").lower())
            if state:
                rank = RANKS[state]
                before = states.get(order_id)
                if before and rank < before[0] and version == before[1]:
                    found.add(row["message_id"])
                states[order_id] = (rank, version)
            if row["asserted_promise_at"]:
                told = dates.get(order_id)
                if told and told[0] != row["asserted_promise_at"] and told[1] == version:
                    found.add(row["message_id"])
                dates[order_id] = (row["asserted_promise_at"], version)
        return found

    def units(self) -> Iterator[tuple[str, Unit]]:
        """M-48, its coverage, and M-49."""
        repeated, contradicting = self.repeated(), self.contradicting()
        weeks: dict[Any, list[Row]] = defaultdict(list)
        for row in self.rows:
            shape = self.shape(row)
            yield "M-48", Unit(row["sent_at"], shape, row["message_id"] in repeated)
            if row["purpose"] in ("order_update", "alert") and not row["call_id"]:
                yield "M-48t", Unit(row["sent_at"], shape, bool(row["template_id"] and row["rule_id"]))
            weeks[row["order_id"], week_of(row["sent_at"])].append(row)
        for rows in weeks.values():
            bad = any(row["message_id"] in contradicting for row in rows)
            yield "M-49", Unit(rows[0]["sent_at"], self.shape(rows[0]), bad)

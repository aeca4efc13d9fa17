"""Rows of customers and calls for the incident world."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

Row = dict[str, Any]


class Rows:
    """Landing rows by source; made by one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.rows: dict[str, list[Row]] = {}

    def add(self, source: str, **values: Any) -> None:
        """One row; instants are written in UTC or with an offset."""
        self.rows.setdefault(source, []).append({name: self._text(value) for name, value in values.items()})

    def _text(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        zone = self.random.choice([UTC, timezone(timedelta(hours=-5))])
        return value.astimezone(zone).isoformat()

    def customer(self) -> str | None:
        """A customer, one nobody knows, or none."""
        return self.random.choice([*(f"c{number}" for number in range(40)), "c-unknown", None])

    def landed_customer(self, number: int) -> None:
        """One customer; some have an older version, some have left."""
        pick, start = self.random.choice, datetime(2026, 1, 1, tzinfo=UTC)
        churned = start + timedelta(hours=self.random.randrange(2600)) if self.random.random() < 0.4 else None
        self.add(
            "customers", customer_id=f"c{number}", source_updated_at=start, segment=pick(["new", "vip", None]),
            region=pick(["north", "south"]), tier=pick(["vip", "gold", None]), churned_at=churned,
            first_order_at=pick([None, start, start + timedelta(days=self.random.randrange(60))]),
        )  # fmt: skip
        if number % 9 == 0:
            older = start - timedelta(days=1)
            self.add("customers", customer_id=f"c{number}", source_updated_at=older, segment="old", churned_at=older)

    def call(self, call_id: str, at: datetime, customer: str | None, text: str, **values: Any) -> None:
        """One inbound call of two minutes; escalated, tested or cut off by chance."""
        pick, draw = self.random.choice, self.random.random
        row: Row = {
            "status": "completed", "end_reason": "user_disconnected", "ended_at": at + timedelta(seconds=120),
            "urgency": pick(["urgent", "high", "normal", None]), "is_test": draw() < 0.03,
            "transfer_at": at + timedelta(seconds=60) if draw() < 0.25 else None,
            "transcript_url": pick(["https://t.example/1", None]), "owner_id": pick(["o1", None, None]),
        }  # fmt: skip
        self.add("calls", call_id=call_id, source_updated_at=at, direction="inbound", workflow="incident",
                 started_at=at, customer_id=customer, source_system=pick(["shop", "erp"]), **row | values)  # fmt: skip
        self.add("call_turns", call_id=call_id, turn_no=1, speaker="customer", text=text)
        if draw() < 0.2:
            self.add("call_events", call_id=call_id, event_seq=1, event_at=at, event_type="promise_made", name="x")
            if draw() < 0.5:
                self.add("promises", promise_id=f"p-{call_id}", source_updated_at=at, call_id=call_id, kind="update",
                         promised_at=at)  # fmt: skip

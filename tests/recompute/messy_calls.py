"""The calls of the invented shop, and what follows from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .messy_orders import AS_OF, LAST, START, Row, Rows
from .messy_tickets import TicketShop

_PHRASES = (
    "Hi, where is my order? It should have arrived by now.",
    "I would like a refund for the shoes I sent back.",
    "The courier tried to deliver but nobody rang, can you arrange a new delivery?",
    "The parcel arrived damaged, the glass is broken.",
    "How do I return a jacket that is too small?",
    "Your website shows an error when I want to pay.",
    "I need to change the delivery address, please.",
    "Tracking has not moved for a week. Where is my package?",
    "Wo ist mein Paket? Es sollte gestern kommen.",
    "Can I speak to a human being, please?",
)
_REPLIES = (
    "Let me look that up for you.",
    "Your parcel is on its way.",
    "I have noted\u2028that for you.",
)
_FAILURES = (
    "system_failure",
    "network_failure",
    "system_at_capacity",
    "sip_trunk_unreachable",
    "sip_auth_failed",
    "insufficient_balance",
)


class Shop(TicketShop):
    """Adds conversations to orders and tickets."""

    def build(self) -> Rows:
        """All records."""
        self.stock()
        while len(self.rows["calls"]) < self.call_count:
            self._conversation()
        for number in range(self.call_count // 4):
            self.loose_ticket(number)
        return self.rows

    def _conversation(self) -> None:
        """A call and, often, further calls of the same customer about it."""
        customer = self.pick(*self.rows["customers"])["customer_id"]
        started = self.moment(START, LAST)
        orders = [row for row in self.orders_of.get(customer, []) if row["placed_at"] < started]
        order_id = self.pick(*orders)["order_id"] if orders and self.chance(0.8) else None
        phrase = self.pick(*_PHRASES)
        parent = None
        while len(self.rows["calls"]) < self.call_count:
            call = self.call(customer, order_id, started, phrase, parent_call_id=parent)
            parent = None
            if call.get("transfer_at") and call.get("ended_at") and self.chance(0.4):
                parent = call["call_id"]
                started = call["ended_at"] + timedelta(seconds=self.random.randrange(5, 200))
            elif call.get("end_reason") in _FAILURES and call.get("ended_at"):
                started = call["ended_at"] + timedelta(seconds=self.random.randrange(20, 700))
            elif self.chance(0.3):
                started = started + timedelta(seconds=self.random.randrange(3600, 260 * 3600))
                order_id = order_id if self.chance(0.7) else None
                phrase = phrase if self.chance(0.6) else self.pick(*_PHRASES)
            else:
                return

    def call(self, customer: str, order_id: str | None, started: datetime, phrase: str, **fixed: Any) -> Row:
        """One call with all that follows from it; `fixed` overrides what is drawn."""
        call_id = f"ca-{len(self.rows['calls']):05d}"
        answered = started + timedelta(seconds=self.random.randrange(1, 15)) if self.chance(0.8) else None
        length = self.pick(4, 9, 10, 11, 40, 95, 180, 300, 420)
        ended = (answered or started) + timedelta(seconds=length)
        # no call spans as-of: the contract does not say how a call in progress looks
        in_progress = started <= AS_OF < ended
        values: Row = {
            "call_id": call_id,
            "source_updated_at": ended + timedelta(minutes=self.random.randrange(1, 3000)),
            "direction": "outbound" if self.chance(0.12) else "inbound",
            "workflow": self.pick("order_support", "order_support", "incident", "cart_recovery"),
            "status": self.pick("busy", "failed") if self.chance(0.07) else "completed",
            "started_at": started - timedelta(hours=1) if in_progress else started,
            "answered_at": None if in_progress else answered,
            "ended_at": None if in_progress or self.chance(0.03) else ended,
            "end_reason": self.pick("user_disconnected", "agent_disconnected", "user_disconnected", None),
            "channel": "phone",
            "source_system": self.pick("shopify", "shopify", "gorgias", None),
            "agent_version": "v7",
            "is_test": self.pick(None, False, False, self.chance(0.3)),
            "customer_id": None if self.chance(0.05) else customer,
            "order_id": "or-missing" if self.chance(0.02) else order_id,
            "owner_id": self.pick("ow-0", "ow-1", "ow-4", "ow-gone") if self.chance(0.4) else None,
            "routing_decision": self.pick("closed", "closed", None, None, "escalated", "retried"),
            "customer_confirmed_resolved": self.pick(None, None, True, False),
            "risk_flags": ["damaged_item", "fraud"] if self.chance(0.1) else None,
            "metadata": {"run": 7, "tags": ["a", "b"]} if self.chance(0.3) else None,
            "summary": self.pick("Asked for the parcel,\nwas told to wait.", 'He said "late"; angry', None),
        }
        if self.chance(0.5):
            values["talk_seconds"] = str(length)
            values["hold_seconds"] = self.pick(None, "12.5", "0")
            values["wrap_seconds"] = self.pick(None, "30")
        if self.chance(0.18):
            values["end_reason"] = self.pick(
                *_FAILURES, "voicemail_reached", "ivr_reached", "max_duration", "silence_timeout"
            )
        elif self.chance(0.18):
            values["transfer_at"] = ended - timedelta(seconds=2)
            values["transfer_status"] = self.pick(
                "connected",
                "connected",
                "customer_disconnected",
                "no_answer",
                "bridge_failed",
                None,
            )
        values.update(fixed)
        call = self.add("calls", **values)
        self._turns(call_id, phrase)
        if call.get("ended_at"):
            self._aftermath(call)
        return call

    def _turns(self, call_id: str, phrase: str) -> None:
        said = self.pick(" ", "\t") if self.chance(0.06) else phrase
        for number, (speaker, text) in enumerate(
            [("ai", "Hello, how can I help?"), ("customer", said), ("ai", self.pick(*_REPLIES))],
            start=1,
        ):
            if speaker == "customer" and self.chance(0.04):
                continue
            self.add(
                "call_turns",
                call_id=call_id,
                turn_no=number,
                speaker=speaker,
                text=text,
                start_ms=number * 4000,
                end_ms=number * 4000 + 2500,
            )

    def _aftermath(self, call: Row) -> None:
        ended, shared = (
            call["ended_at"],
            {name: call.get(name) for name in ("customer_id", "order_id")},
        )
        if self.chance(0.12):
            self.ticket(
                ended + timedelta(minutes=self.random.randrange(1, 200)),
                call_id=call["call_id"],
                **shared,
            )
        if self.chance(0.12):
            # without call_id: linked by customer, order and time, or just too late for it
            self.ticket(ended + timedelta(minutes=self.random.randrange(1, 60), seconds=7), **shared)
        if self.chance(0.12):
            self.add(
                "promises",
                promise_id=f"pr-{call['call_id']}",
                source_updated_at=ended,
                call_id=call["call_id"],
                kind=self.pick("callback", "refund", "update"),
                promised_at=ended - timedelta(seconds=3),
                due_at=ended + timedelta(days=2),
                **shared,
            )
        if self.chance(0.6):
            self.message(ended + timedelta(minutes=self.random.randrange(1, 2000)), **shared)
        if self.chance(0.3):
            self.message(ended + timedelta(seconds=20), is_automatic_recap=True, purpose="recap", **shared)

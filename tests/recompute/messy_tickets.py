"""The tickets and messages of the invented shop."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .messy_orders import OrderShop, Row


class TicketShop(OrderShop):
    """Adds tickets, their events and messages to the orders."""

    def ticket(self, created: datetime, **fixed: Any) -> Row:
        """One ticket and, often, an event on it."""
        ticket_id = f"ti-{len(self.rows['tickets']):05d}"
        values: Row = {
            "ticket_id": ticket_id,
            "source_updated_at": created + timedelta(hours=self.random.randrange(400)),
            "created_at": created,
            "system": self.pick("gorgias", "zendesk", None),
            "channel": self.pick("phone", "email", "email", "chat", "web", "api"),
            "assignee_id": self.pick(None, "ow-1", "ow-gone"),
            "requested_by_customer": self.pick(None, True, True, False),
            "merged_into": "ti-00001" if self.chance(0.06) else None,
            "subject": self.pick("Where is my order?", "Refund please", "Broken item"),
            "description": "Please help, the parcel is late.",
            "tags": self.pick(None, ["late", "vip"]),
        }
        ticket = self.add("tickets", **{**values, **fixed})
        if self.chance(0.5):
            self.add(
                "ticket_events",
                ticket_id=ticket_id,
                event_id="1",
                at=created + timedelta(hours=self.random.randrange(1, 300), seconds=11),
                actor_type=self.pick("agent", "ai", "customer", None),
                field="status",
                old_value="open",
                new_value="pending",
                is_public=self.pick(True, False, None),
            )
        if self.chance(0.3):
            self.message(created + timedelta(hours=3), ticket_id=ticket_id)
        return ticket

    def message(self, sent: datetime, **fixed: Any) -> Row:
        """One outbound message, delivered four times out of five."""
        values: Row = {
            "message_id": f"me-{len(self.rows['messages']):05d}",
            "source_updated_at": sent,
            "channel": self.pick("email", "sms", "whatsapp"),
            "purpose": "order_update",
            "is_automatic_recap": self.pick(None, False),
            "sent_at": sent,
            "delivered_at": sent + timedelta(seconds=31) if self.chance(0.8) else None,
        }
        return self.add("messages", **{**values, **fixed})

    def loose_ticket(self, number: int) -> None:
        """A ticket that did not follow from a call."""
        customer = self.pick(*self.rows["customers"])["customer_id"]
        created = self.moment()
        orders = [row for row in self.orders_of.get(customer, []) if row["placed_at"] < created]
        order_id = self.pick(*orders)["order_id"] if orders and self.chance(0.6) else None
        call_id = "ca-gone" if number % 17 == 0 else None
        self.ticket(created, customer_id=customer, order_id=order_id, call_id=call_id)

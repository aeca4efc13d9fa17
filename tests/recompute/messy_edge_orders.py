"""Hand-placed records about orders, and the helpers all hand-placed records share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .messy_calls import Shop
from .messy_orders import AS_OF, Row

_TEXT = "Where is my order? It should be here."


class OrderEdges:
    """Adds orders, shipments and what happens around them, each for a customer of its own."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.number = 0

    def customer(self) -> str:
        """A customer of its own for each edge."""
        self.number += 1
        customer = f"cu-edge-{self.number:03d}"
        self.shop.add(
            "customers",
            customer_id=customer,
            source_updated_at=AS_OF,
            segment="edge",
            region="North",
        )
        return customer

    def call(self, customer: str, started: datetime, order_id: str | None = None, **fixed: object) -> Row:
        """An engaged inbound call of 60 seconds without any aftermath of its own."""
        shop = self.shop
        call_id = f"ca-edge-{len(shop.rows['calls']):05d}"
        values = {
            "call_id": call_id,
            "source_updated_at": started + timedelta(hours=1),
            "direction": "inbound",
            "workflow": "order_support",
            "status": "completed",
            "started_at": started,
            "answered_at": started,
            "ended_at": started + timedelta(seconds=60),
            "source_system": "shopify",
            "customer_id": customer,
            "order_id": order_id,
        }
        shop.add("call_turns", call_id=call_id, turn_no=1, speaker="customer", text=_TEXT)
        return shop.add("calls", **{**values, **fixed})

    def ticket(self, created: datetime, customer: str, order_id: str | None, **fixed: object) -> None:
        """An e-mail ticket."""
        ticket_id = f"ti-edge-{len(self.shop.rows['tickets']):05d}"
        values = {
            "ticket_id": ticket_id,
            "source_updated_at": created,
            "created_at": created,
            "channel": "email",
            "customer_id": customer,
            "order_id": order_id,
        }
        self.shop.add("tickets", **{**values, **fixed})

    def order_edges(self) -> None:
        """Every edge of this file."""
        self._unscanned_shipments()
        self._later_touches()
        self._late_message()
        self._other_order()
        self._places()

    def order(self, customer: str, placed: datetime, **fixed: object) -> str:
        order_id = f"or-edge-own-{len(self.shop.rows['orders'])}"
        values = {"order_id": order_id, "source_updated_at": placed, "customer_id": customer}
        self.shop.add("orders", placed_at=placed, currency="EUR", net="20.5", **values, **fixed)
        return order_id

    def shipment(self, order: str, part: str, base: datetime, **fixed: object) -> None:
        values = {"shipment_id": f"{order}-{part}", "source_updated_at": base, "order_id": order}
        promise = base + timedelta(hours=2)
        self.shop.add("shipments", promise_original_at=promise, **{**values, **fixed})

    def _unscanned_shipments(self) -> None:
        """Two shipments without a scan: the first by id counts, by its own times."""
        base = datetime(2024, 10, 15, 9, 0, tzinfo=UTC)
        for names in (["label_at"], ["label_at", "handover_at"], ["label_at", "delivered_at"], []):
            customer = self.customer()
            order = self.order(customer, base)
            reached = {name: base + timedelta(hours=hour) for hour, name in enumerate(names, 1)}
            self.shipment(order, "b", base, carrier="UPS")
            self.shipment(order, "a", base, carrier="DHL", **reached)
            self.call(customer, base + timedelta(hours=30), order)

    def _places(self) -> None:
        """The region and warehouse of the shipment, else the order's, else the customer's."""
        base = datetime(2024, 10, 22, 9, 0, tzinfo=UTC)
        for ours in ({}, {"region": "South", "warehouse_id": "WH-2"}):
            for theirs in ({}, {"region": "East", "warehouse_id": "WH-1"}):
                customer = self.customer()
                order = self.order(customer, base, **ours)
                self.shipment(order, "a", base, carrier="DHL", **theirs)
                self.call(customer, base + timedelta(hours=3), order)

    def _later_touches(self) -> None:
        """An agent's event, or a transferred leg, 168 h after a contained call and later."""
        base = datetime(2024, 10, 14, 9, 0, tzinfo=UTC)
        for gap in (timedelta(hours=168), timedelta(hours=168, seconds=1)):
            customer = self.customer()
            order = self.order(customer, base - timedelta(days=2))
            self.call(customer, base, order)
            self.ticket(base - timedelta(days=1), customer, order)
            ticket = self.shop.rows["tickets"][-1]["ticket_id"]
            event = {"ticket_id": ticket, "event_id": "1", "at": base + gap, "actor_type": "agent"}
            self.shop.add("ticket_events", **event)
            customer = self.customer()
            order = self.order(customer, base - timedelta(days=2))
            self.call(customer, base, order)
            leg = {"parent_call_id": "ca-gone", "transfer_at": base + gap + timedelta(seconds=30)}
            self.call(customer, base + gap, order, **leg)

    def _late_message(self) -> None:
        """A message sent before as-of and delivered after it is not yet an update."""
        customer = self.customer()
        started, sent = AS_OF - timedelta(hours=2), AS_OF - timedelta(seconds=10)
        order = self.order(customer, started - timedelta(days=1))
        self.call(customer, started, order, routing_decision="escalated")
        delivered = sent + timedelta(minutes=1)
        self.shop.message(sent, customer_id=customer, order_id=order, delivered_at=delivered)

    def _other_order(self) -> None:
        """A ticket within 30 minutes that is about another order, or none, belongs to no call."""
        base = datetime(2024, 10, 17, 9, 0, tzinfo=UTC)
        for order, ticket_order in (("or-edge-p", "or-edge-q"), ("or-edge-p", None), (None, None)):
            customer = self.customer()
            self.call(customer, base, order)
            self.ticket(base + timedelta(minutes=7), customer, ticket_order)

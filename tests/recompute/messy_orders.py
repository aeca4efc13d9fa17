"""Clean records of a small invented shop: what happened, before delivery makes a mess of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]

# the world runs over the end of summer time in Berlin, 2024-10-27
START = datetime(2024, 9, 16, tzinfo=UTC)
AS_OF = datetime(2024, 11, 13, 11, 7, 30, tzinfo=UTC)
LAST = AS_OF + timedelta(days=9)
_SOURCES = (
    "calls",
    "call_turns",
    "customers",
    "orders",
    "order_items",
    "shipments",
    "shipment_scans",
    "tickets",
    "ticket_events",
    "promises",
    "messages",
    "owners",
)


class OrderShop:
    """Generates records of every source from one seed."""

    def __init__(self, seed: int, calls: int) -> None:
        self.random = Random(seed)
        self.call_count = calls
        self.rows: Rows = {name: [] for name in _SOURCES}
        self.orders_of: dict[str, list[Row]] = {}

    def stock(self) -> None:
        """Owners, customers and their orders."""
        self._owners()
        self._customers()
        for number in range(self.call_count * 3 // 4):
            self._order(number)

    def chance(self, share: float) -> bool:
        """True with the given probability."""
        return self.random.random() < share

    def pick(self, *values: Any) -> Any:
        """One of the values."""
        return self.random.choice(values)

    def moment(self, start: datetime = START, end: datetime = LAST) -> datetime:
        """A whole second between two instants."""
        return start + timedelta(seconds=self.random.randrange(int((end - start).total_seconds())))

    def add(self, source: str, **values: Any) -> Row:
        """Append a record; a missing value is left out."""
        row = {name: value for name, value in values.items() if value is not None}
        self.rows[source].append(row)
        return row

    def _owners(self) -> None:
        for number, (team, kind) in enumerate(
            [
                ("ops", "human"),
                ("support", "human"),
                ("support", "queue"),
                ("voice", "ai"),
                (None, "human"),
            ]
        ):
            self.add("owners", owner_id=f"ow-{number}", name=f"Owner {number}", team=team, kind=kind)

    def _customers(self) -> None:
        for number in range(max(20, self.call_count // 4)):
            self.add(
                "customers",
                customer_id=f"cu-{number:04d}",
                source_updated_at=self.moment(),
                segment=self.pick("new", "returning", "vip", None),
                tier=self.pick("standard", "gold", "vip"),
                region=self.pick("North", "South", "West", None),
                country="DE",
                email=f"cu{number}@example.org",
                phone=f"+49301{number:06d}",
                first_order_at=self.pick(None, datetime(2000, 1, 1, tzinfo=UTC), START),
            )

    def _order(self, number: int) -> None:
        placed = self.moment(START - timedelta(days=30), AS_OF - timedelta(hours=3))
        customer = self.pick(*self.rows["customers"])["customer_id"]
        order = self.add(
            "orders",
            order_id=f"or-{number:05d}",
            source_updated_at=placed + timedelta(days=self.random.randrange(30)),
            customer_id=None if self.chance(0.04) else customer,
            placed_at=placed,
            channel="web",
            currency="EUR",
            net=f"{self.random.randrange(500, 30000) / 100}",
            shipping="4.9",
            discount_codes=self.pick(None, ["AUTUMN", "VIP 10"]),
            region=self.pick("North", "South", None),
            warehouse_id=self.pick("WH-1", "WH-2", None),
            cancelled_at=placed + timedelta(hours=30) if self.chance(0.06) else None,
        )
        self.orders_of.setdefault(customer, []).append(order)
        for line in range(1, self.random.randrange(1, 4)):
            self.add(
                "order_items",
                order_id=order["order_id"],
                line_no=line,
                sku=f"sku-{self.random.randrange(40)}",
                category=self.pick("shoes", "toys", "garden", None),
                quantity=self.random.randrange(1, 4),
                # the line number in the cents keeps the values of two lines of an order apart
                unit_price=f"{self.random.randrange(5, 200)}.{line}{line}",
            )
        for part in range(self.pick(0, 1, 1, 1, 2, 3)):
            self._shipment(order, f"sh-{number:05d}-{part}", placed)

    def _shipment(self, order: Row, shipment_id: str, placed: datetime) -> None:
        step = placed + timedelta(hours=self.random.randrange(2, 40))
        row: Row = {"label_at": step}
        scans = ["info_received"] if self.chance(0.5) else []
        path = ["in_transit", "in_transit", "out_for_delivery"]
        path += ["attempt_failed"] if self.chance(0.2) else []
        path += self.pick(
            ["delivered"],
            ["delivered"],
            ["available_for_pickup", "delivered"],
            ["exception", "lost"],
            ["returning", "returned"],
            [],
        )
        for status in scans + path[: self.random.randrange(3, len(path) + 1)]:
            self.add(
                "shipment_scans",
                shipment_id=shipment_id,
                scan_id=str(len(self.rows["shipment_scans"])),
                scanned_at=step,
                status=status,
                facility=self.pick("HUB 1", "HUB, 2", None),
            )
            if status == "in_transit":
                row.setdefault("handover_at", step)
            if status in ("attempt_failed", "delivered"):
                row.setdefault("first_attempt_at", step)
            if status == "delivered":
                row["delivered_at"] = step
            step += timedelta(seconds=self.random.randrange(2 * 3600, 36 * 3600))
        if "attempt_failed" not in path and self.chance(0.1):
            # a carrier that only reports the delivery
            row.pop("first_attempt_at", None)
        self.add(
            "shipments",
            shipment_id=shipment_id,
            source_updated_at=step,
            order_id=order["order_id"],
            carrier=self.pick("DHL", "UPS", "Hermes"),
            warehouse_id=self.pick("WH-1", "WH-2", None),
            region=self.pick("North", "South", "East", None),
            promise_original_at=None if self.chance(0.1) else placed + timedelta(days=self.pick(2, 4, 5)),
            **row,
        )

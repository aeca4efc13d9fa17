"""A small invented shop with order exceptions: what its records say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from .landing_files import SOURCES, Row, Rows
from .world_lanes import add_lanes

# the world runs over the beginning of summer time in Berlin, 2025-03-30
START = datetime(2025, 2, 3, tzinfo=UTC)
AS_OF = datetime(2025, 4, 15, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
CODES = {"exception": ["Held in customs", "Address invalid", "Parcel damaged", "Sorting error", None]}
TYPES = ["promise_at_risk", "past_promise", "lost", "address", "unshipped", "backorder", "spilled coffee"]
ACTIONS = ["notify_customer", "internal_task", "reroute", "escalate"]
RULES = [
    "lateness.promise_at_risk",
    "lateness.past_promise",
    "scan_gap.lost",
    "inventory.backorder",
    "house rule",
    None,
]


class ExceptionShop:
    """Makes the records of every source from one seed."""

    def __init__(self, seed: int = 5) -> None:
        self.random = Random(seed)
        self.rows: Rows = {name: [] for name in SOURCES}
        self.older: Rows = {name: [] for name in SOURCES}

    def build(self) -> ExceptionShop:
        """Fill every source."""
        for number in range(24):
            self.customer(number)
        for team, kind in (("Desk", "human"), ("Desk", "queue"), (None, "human"), ("ai", "ai")):
            self.add("owners", owner_id=f"ow-{len(self.rows['owners'])}", team=team, kind=kind)
        for number in range(150):
            self.order(number)
        for number in range(150):
            self.exception(number)
        for number in range(260):
            self.message(number)
        for number in range(120):
            self.ticket(number)
        self.edges()
        for number in range(60):
            self.call(number)
        add_lanes(self)
        return self

    def add(self, source: str, **values: Any) -> Row:
        """Add a record with every column of its source."""
        row = dict.fromkeys(SOURCES[source]) | values
        self.rows[source].append(row)
        return row

    def chance(self, share: float) -> bool:
        """True with the given probability."""
        return self.random.random() < share

    def hours(self, low: float, high: float) -> timedelta:
        """A whole number of seconds between two numbers of hours."""
        return timedelta(seconds=round(self.random.uniform(low, high) * 3600))

    def maybe(self, share: float, value: Any) -> Any:
        """The value, or nothing."""
        return value if self.chance(share) else None

    def customer(self, number: int) -> None:
        """A customer, some without segment, tier or region."""
        self.add(
            "customers", customer_id=f"cu-{number}", source_updated_at=START,
            segment=self.random.choice(["retail", "vip", None]), tier=self.random.choice(["vip", "standard", None]),
            region=self.random.choice(["North", "South", None]),
        )  # fmt: skip

    def order(self, number: int) -> None:
        """An order with its lines, holds, stock events and parcels."""
        random = self.random
        placed = START + self.hours(0, 69 * 24)
        order_id = f"or-{number}"
        row = self.add(
            "orders", order_id=order_id, source_updated_at=placed + 30 * HOUR, placed_at=placed,
            customer_id=self.maybe(0.9, f"cu-{random.randrange(26)}"), currency="EUR", net=20,
            cancelled_at=self.maybe(0.06, placed + self.hours(1, 60)), region=random.choice(["North", "South", None]),
            promised_ship_by=self.maybe(0.7, placed + 40 * HOUR), service_level=random.choice(["express", None]),
            promised_delivery_at=self.maybe(0.8, placed + self.hours(70, 140)),
            warehouse_id=random.choice(["W1", "W2", None]), fulfillment_status="open",
        )  # fmt: skip
        if self.chance(0.15):
            held = {**row, "source_updated_at": placed + self.hours(1, 20), "fulfillment_status": "On_Hold"}
            self.older["orders"].append(held)
        for line in range(random.randint(0, 2)):
            self.add(
                "order_items", order_id=order_id, line_no=line + 1, sku="s", quantity=1,
                unit_price=random.choice([5, 10]), category=random.choice(["Toys", "Books", None]),
            )  # fmt: skip
        if self.chance(0.2):
            self.add(
                "inventory_events", event_id=f"in-{number}", at=placed + self.hours(1, 90), sku="s", warehouse_id="W1",
                kind=random.choice(["short_pick", "backorder", "restock"]), order_id=order_id,
            )  # fmt: skip
        for place in range(random.choice([0, 1, 1, 1, 1, 2])):
            self.parcel(row, place)

    def parcel(self, order: Row, place: int) -> None:
        """A parcel with milestones that may be missing, a promise that may be revised, and scans."""
        label = order["placed_at"] + self.hours(2, 60)
        handover = label + self.hours(1, 40)
        attempt = handover + self.hours(20, 260) if self.chance(0.85) else None
        failed = attempt is not None and self.chance(0.2)
        delivered = (attempt + self.hours(5, 60) if failed else attempt) if attempt and self.chance(0.9) else None
        promise = self.maybe(0.92, order["placed_at"] + self.hours(80, 150))
        shipment_id = f"sh-{order['order_id']}-{place}"
        updated = max(moment for moment in (label, handover, delivered) if moment)
        row = self.add(
            "shipments", shipment_id=shipment_id, source_updated_at=min(updated, AS_OF), order_id=order["order_id"],
            carrier=self.random.choice(["Ada", "Bob", "Cyd"]),
            service=self.random.choice(["express", "standard", None]),
            warehouse_id=self.maybe(0.7, "W3"), region=self.maybe(0.7, "East"),
            zone=self.random.choice(["z1", "z2", None]),
            label_at=self.maybe(0.9, label), handover_at=self.maybe(0.8, handover), promise_original_at=promise,
            promise_current_at=promise, first_attempt_at=self.maybe(0.8, attempt),
            delivered_at=self.maybe(0.8, delivered),
        )  # fmt: skip
        if promise and self.chance(0.3):
            self.older["shipments"].append(
                {**row, "source_updated_at": min(label + HOUR, row["source_updated_at"] - HOUR)}
            )
            row["promise_current_at"] = promise + 48 * HOUR
        scans = [(label + HOUR / 2, "info_received"), (handover + HOUR / 7, "in_transit")]
        if self.chance(0.4):
            scans.append((handover + self.hours(8, 19), "exception"))
        if attempt:
            scans.append((attempt - 2 * HOUR, "out_for_delivery"))
        if failed and attempt:
            scans.append((attempt, "attempt_failed"))
            if delivered is None:
                scans.append((attempt + 30 * HOUR, self.random.choice(["returning", "lost", "returned"])))
        if delivered:
            scans.append((delivered, "delivered"))
        for number, (at, status) in enumerate(scans):
            if self.chance(0.85):
                code = self.random.choice(CODES.get(status, [None]))
                self.add(
                    "shipment_scans",
                    shipment_id=shipment_id,
                    scan_id=str(number),
                    scanned_at=at,
                    status=status,
                    raw_code=code,
                )

    def exception(self, number: int) -> None:
        """An exception with some of its steps, about an order that may be unknown."""
        order = (
            self.random.choice(self.rows["orders"]) if self.chance(0.95) else {"order_id": "or-x", "placed_at": START}
        )
        self.steps(
            f"ex-{number}", order["order_id"], order["placed_at"] + self.hours(10, 200), self.random.choice(TYPES)
        )

    def steps(self, exception_id: str, order_id: str, opened: datetime, kind: str, **always: Any) -> None:
        """The steps of an exception; those that `always` names come at the given hours."""
        parcels = [row["shipment_id"] for row in self.rows["shipments"] if row["order_id"] == order_id]
        shipment = self.random.choice(parcels) if parcels and self.chance(0.4) else None
        rule = self.random.choice(RULES)
        owned = self.chance(0.8)
        for number, step in enumerate(
            ("detected", "packet_complete", "action", "written_back", "investigated", "closed")
        ):
            if step not in always and not self.chance(0.75):
                continue
            at = opened + (timedelta(0) if step == "detected" else self.hours(0.1, 40 * number))
            known = [row["scan_id"] for row in self.rows["shipment_scans"] if row["shipment_id"] == shipment]
            proof = self.random.choice(
                [[], [f"{shipment}:{known[0]}"] if known else [order_id], ["nothing we know"], None]
            )
            self.add(
                "exception_actions", exception_id=exception_id, action_no=number + 1, order_id=order_id,
                shipment_id=shipment, exception_type=kind, at=opened + always[step] * HOUR if step in always else at,
                step=step, owner_id=self.maybe(0.7, f"ow-{self.random.randrange(5)}") if owned else None,
                action_type=self.maybe(0.95, self.random.choice(ACTIONS)) if step == "action" else None,
                human_touched=self.random.choice([True, False, None]) if step in ("action", "investigated") else None,
                review_minutes=self.maybe(0.5, self.random.randint(1, 9)), evidence_ids=proof, rule_id=rule,
            )  # fmt: skip

    def message(self, number: int) -> None:
        """A message, often about an order that got one shortly before."""
        random, earlier = self.random, self.rows["messages"]
        if earlier and self.chance(0.5):
            before = random.choice(earlier)
            order_id, customer, purpose = before["order_id"], before["customer_id"], before["purpose"]
            sent = before["sent_at"] + random.choice([24 * HOUR, 24 * HOUR + timedelta(seconds=1), self.hours(0, 30)])
        else:
            order = random.choice(self.rows["orders"])
            order_id, customer, purpose = (
                order["order_id"],
                order["customer_id"],
                random.choice(["order_update", "alert", "recap"]),
            )
            sent = order["placed_at"] + self.hours(-2, 240)
        failed = self.chance(0.1)
        self.add(
            "messages", message_id=f"me-{number}", source_updated_at=sent, order_id=self.maybe(0.9, order_id),
            customer_id=customer,
            channel="email", purpose=purpose, template_id=self.maybe(0.8, "t"), rule_id=self.maybe(0.8, "r"),
            call_id=self.maybe(0.1, "ca-1"), sent_at=sent, delivered_at=None if failed else sent + HOUR / 60,
            failed_at=sent + HOUR / 60 if failed else None,
            order_state_version=self.maybe(0.4, str(random.randint(1, 3))),
            asserted_order_state=random.choice(["Placed", "in transit", "shipped", "delivered", "teleported", None]),
            asserted_promise_at=self.maybe(0.4, START + random.choice([240, 241]) * HOUR),
        )  # fmt: skip

    def ticket(self, number: int) -> None:
        """An e-mail of a customer about an order."""
        order = self.random.choice(self.rows["orders"])
        self.add(
            "tickets", ticket_id=f"ti-{number}", source_updated_at=AS_OF,
            created_at=order["placed_at"] + self.hours(-5, 300),
            system="helpdesk", channel="email", customer_id=order["customer_id"], order_id=order["order_id"],
        )  # fmt: skip

    def call(self, number: int) -> None:
        """A call about an order, most of them to ask where it is."""
        order = self.random.choice(self.rows["orders"])
        at = order["placed_at"] + self.random.choice([self.hours(-5, 300), 720 * HOUR, 720.001 * HOUR])
        self.add(
            "calls", call_id=f"ca-{number}", source_updated_at=AS_OF, direction="inbound", workflow="order_support",
            status="completed", started_at=at, ended_at=at + HOUR / 20, customer_id=order["customer_id"],
            order_id=order["order_id"],
        )  # fmt: skip
        text = self.random.choice(["Where is my parcel? It should be here.", "I want to change my e-mail address."])
        self.add("call_turns", call_id=f"ca-{number}", turn_no=1, speaker="customer", text=text)

    def edges(self) -> None:
        """Units at the very edges of the windows."""
        for number, hours in enumerate((168.0, 168.001, 167.999)):
            all_steps = {"detected": 0, "packet_complete": 1, "action": 2, "written_back": hours}
            self.steps(f"edge-{number}", f"or-{number}", START + 100 * HOUR, "edge", **all_steps)
        for number, hours in enumerate((336.0, 336.001)):
            for place in (0, 1):
                opened = START + 50 * HOUR + place * hours * HOUR
                self.steps(f"pair-{number}-{place}", f"or-{number + 10}", opened, "pair", detected=0, investigated=1)

"""Hand-placed records about chains of contacts: episodes, later orders, stages of an order, who answered a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .messy_edge_orders import OrderEdges
from .messy_orders import AS_OF, Row

_SECOND = timedelta(seconds=1)
_WEEK, _DAY = timedelta(hours=168), timedelta(hours=24)


class ContactEdges(OrderEdges):
    """Adds what follows a contact, or what it follows, exactly on a limit."""

    def contact_edges(self) -> None:
        """Every edge of this file."""
        self._who_answered()
        self._back_within_a_day()
        self._episodes()
        self._closing()
        self._later_orders()
        self._stage_limits()
        self._unknown_customers()
        self._cut_twice()

    def _spoken(self, call: Row, *speakers: str) -> None:
        """The customer has spoken already; further turns."""
        for number, speaker in enumerate(speakers, 2):
            self.shop.add("call_turns", call_id=call["call_id"], turn_no=number, speaker=speaker, text="Let me see.")

    def _who_answered(self) -> None:
        """People by version, by transcript, and calls in which the agent spoke too."""
        base = datetime(2024, 10, 8, 9, 0, tzinfo=UTC)
        for version in ("human", "v7", None):
            for speakers in ((), ("human",), ("ai",), ("ai", "human")):
                call = self.call(self.customer(), base, agent_version=version)
                self._spoken(call, *speakers)

    def _back_within_a_day(self) -> None:
        """Back at 24 h and a second later: confirmed, left, given up, and put through."""
        base = datetime(2024, 10, 10, 9, 0, tzinfo=UTC)
        kinds: tuple[Row, ...] = (
            {"customer_confirmed_resolved": True},
            {},
            {"customer_confirmed_resolved": False},
            {"transfer_at": base + timedelta(seconds=30)},
            {"parent_call_id": "ca-gone"},
        )
        for gap in (_DAY, _DAY + _SECOND):
            for kind in kinds:
                customer = self.customer()
                self.call(customer, base, f"or-day-{self.number}", **kind)
                self.ticket(base + gap, customer, None)

    def _episodes(self) -> None:
        """A chain over three weeks, one that breaks by a second, orders between each other, tickets in a chain."""
        base = datetime(2024, 10, 2, 9, 0, tzinfo=UTC)
        for gap in (_WEEK, _WEEK + _SECOND):
            customer = self.customer()
            order = f"or-chain-{self.number}"
            for place in range(3):
                self.call(customer, base + place * gap, order, source_system=("shopify", "gorgias")[place % 2])
        customer = self.customer()
        for place in range(4):
            self.call(customer, base + place * _DAY, f"or-turns-{self.number}-{place % 2}")
        # without an order the stated group holds a chain together: the words of these calls are the same
        for order in (None, f"or-words-{self.number}"):
            customer = self.customer()
            self.call(customer, base)
            self.call(customer, base + 2 * _DAY, order)
            self.call(customer, base + 6 * _DAY)
        customer = self.customer()
        order = f"or-both-{self.number}"
        self.ticket(base, customer, order, system="zendesk")
        self.call(customer, base + _DAY, order, customer_confirmed_resolved=False)
        self.ticket(base + 3 * _DAY, customer, order, channel="chat")
        # without content nobody knows what it was about: each such ticket stands alone
        customer = self.customer()
        for place in range(2):
            self.ticket(base + place * _DAY, customer, None)

    def _closing(self) -> None:
        """An episode that closes at as-of and one a second later; one that closes at midnight of a week."""
        for last in (AS_OF - _WEEK, AS_OF - _WEEK + _SECOND, datetime(2024, 10, 20, 22, 0, tzinfo=UTC)):
            customer = self.customer()
            order = f"or-close-{self.number}"
            self.call(customer, last - _DAY, order)
            self.call(customer, last, order)

    def _later_orders(self) -> None:
        """Orders at the instant of a contact, a second later, at 30 and 90 days and a second past them."""
        for base, days in (
            (datetime(2024, 8, 7, 9, 0, tzinfo=UTC), (0, 30, 90)),
            # a young week: its window of 30 days is over for some of its contacts only
            (AS_OF - timedelta(days=30), (0, 30)),
        ):
            for day in days:
                for late in (timedelta(0), _SECOND):
                    customer = self.customer()
                    self.call(customer, base)
                    self.order(customer, base + timedelta(days=day) + late)
        customer = self.customer()
        start = datetime(2024, 8, 6, 9, 0, tzinfo=UTC)
        # ordered between two contacts of a week: the first of the week is the one that counts
        self.call(customer, start)
        self.order(customer, start + timedelta(hours=5))
        self.call(customer, start + _DAY)
        self.call(customer, start + _WEEK)

    def _stage_limits(self) -> None:
        """Contacts at the instant of a stage and 30 days into one; stages of no length; midnights on the dot."""
        base = datetime(2024, 9, 24, 22, 0, tzinfo=UTC)
        for shift in (timedelta(0), _SECOND, -_SECOND):
            customer = self.customer()
            order = self.order(customer, base + shift)
            label, handed, done = (base + shift + hours * timedelta(hours=1) for hours in (20, 44, 100))
            self.shipment(order, "a", base, carrier="DHL", label_at=label, handover_at=handed, delivered_at=done)
            # a second parcel that is ahead, and one behind
            self.shipment(order, "b", base, carrier="UPS", label_at=label, handover_at=label)
            self._scan(f"{order}-b", "in_transit", handed)
            self._scan(f"{order}-a", "in_transit", handed + _DAY)
            self._scan(f"{order}-a", "out_for_delivery", done)
            for moment in (base + shift, label, handed, handed - _SECOND, done):
                self.call(customer, moment, order)
            for gap in (timedelta(0), _SECOND):
                self.call(customer, done + timedelta(days=30) + gap, order)
        for cancelled in (timedelta(0), timedelta(hours=9)):
            customer = self.customer()
            order = self.order(customer, base, cancelled_at=base + cancelled)
            self.call(customer, base + timedelta(hours=9), order)
            self.call(self.customer(), base + timedelta(hours=10), order)

    def _scan(self, shipment: str, status: str, at: datetime) -> None:
        scans = self.shop.rows["shipment_scans"]
        self.shop.add("shipment_scans", shipment_id=shipment, scan_id=f"e-{len(scans)}", scanned_at=at, status=status)

    def _unknown_customers(self) -> None:
        """Customers that no record describes, with calls, tickets and orders."""
        base = datetime(2024, 10, 1, 9, 0, tzinfo=UTC)
        for number in range(3):
            customer = f"cu-ghost-{number}"
            self.number += 1
            order = self.order(customer, base)
            self.call(customer, base + _DAY, order)
            self.ticket(base + 2 * _DAY, customer, order)
            self.number += 1
            self.order(customer, base + number * _WEEK, region="West")

    def _cut_twice(self) -> None:
        """Cut, back and cut again; a failed leg that explains a call back; a ticket is never a reconnect."""
        base = datetime(2024, 10, 8, 15, 0, tzinfo=UTC)
        customer = self.customer()
        failed = self.call(customer, base, "or-edge-c", end_reason="network_failure")
        again = self.call(customer, failed["ended_at"] + timedelta(minutes=2), "or-edge-c", end_reason="system_failure")
        self.call(customer, again["ended_at"] + timedelta(minutes=5), "or-edge-c")
        customer = self.customer()
        leg = self.call(customer, base, "or-edge-c", end_reason="network_failure", parent_call_id="ca-gone")
        self.call(customer, leg["ended_at"] + timedelta(minutes=5), "or-edge-c")
        customer = self.customer()
        failed = self.call(customer, base, "or-edge-c", end_reason="network_failure")
        self.ticket(failed["ended_at"] + timedelta(minutes=1), customer, "or-edge-c")

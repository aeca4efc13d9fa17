"""Hand-placed records exactly on the limits of the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .messy_edge_contacts import ContactEdges
from .messy_orders import AS_OF

# Monday 00:00 in Berlin, before and after the end of summer time, and the hour that comes twice
_CLOCK_EDGES = (
    datetime(2024, 10, 20, 21, 59, 59, tzinfo=UTC),
    datetime(2024, 10, 20, 22, 0, 0, tzinfo=UTC),
    datetime(2024, 10, 27, 0, 30, 0, tzinfo=UTC),
    datetime(2024, 10, 27, 1, 30, 0, tzinfo=UTC),
    datetime(2024, 10, 27, 22, 59, 59, tzinfo=UTC),
    datetime(2024, 10, 27, 23, 0, 0, tzinfo=UTC),
    datetime(2024, 11, 3, 23, 59, 59, tzinfo=UTC),
)


class EdgeCases(ContactEdges):
    """Adds calls and tickets whose times lie on a limit, each for a customer of its own."""

    def add_all(self) -> None:
        """Every edge."""
        for moment in _CLOCK_EDGES:
            self.call(self.customer(), moment)
        self._windows()
        self._reconnects()
        self._tickets()
        self._lengths()
        self._follow_up()
        self.order_edges()
        self.contact_edges()

    def _windows(self) -> None:
        """Repeats at and around 168 h, at once, and over the end of summer time."""
        base = datetime(2024, 10, 23, 9, 0, tzinfo=UTC)
        week = timedelta(hours=168)
        for gap in (week, week + timedelta(seconds=1), timedelta(seconds=1), timedelta(0)):
            customer = self.customer()
            order = f"or-edge-{self.number}"
            self.call(customer, base, order)
            self.call(customer, base + gap, order)
        customer = self.customer()
        self.call(customer, base, "or-edge-a")
        self.call(customer, base + timedelta(hours=5), "or-edge-b")
        self.call(customer, base + timedelta(hours=9))

    def _reconnects(self) -> None:
        """Calls five minutes after a failed call and a little later, and an earlier contact."""
        base = datetime(2024, 10, 9, 15, 0, tzinfo=UTC)
        for gap in (timedelta(minutes=5), timedelta(minutes=5, seconds=1), timedelta(seconds=20)):
            customer = self.customer()
            self.call(customer, base - timedelta(hours=30), "or-edge-r")
            failed = self.call(customer, base, "or-edge-r", end_reason="network_failure")
            self.call(customer, failed["ended_at"] + gap, "or-edge-r")

    def _tickets(self) -> None:
        """Tickets at 30 minutes, before the call they name, claimed by two calls; M-07a at 72 h."""
        base = datetime(2024, 10, 16, 12, 0, tzinfo=UTC)
        half_hour = timedelta(minutes=30)
        for gap in (half_hour, half_hour + timedelta(seconds=1), timedelta(seconds=1)):
            customer = self.customer()
            call = self.call(customer, base, "or-edge-t")
            self.ticket(call["ended_at"] + gap, customer, "or-edge-t")
        customer = self.customer()
        self.call(customer, base, "or-edge-t")
        later = self.call(customer, base + timedelta(minutes=10), "or-edge-t")
        self.ticket(later["ended_at"] + timedelta(minutes=5), customer, "or-edge-t")
        call = self.call(self.customer(), base)
        self.ticket(base - timedelta(seconds=1), call["customer_id"], None, call_id=call["call_id"])
        call = self.call(self.customer(), base)
        self.ticket(base, call["customer_id"], "or-other", call_id=call["call_id"], channel="api")
        for gap in (timedelta(hours=72), timedelta(hours=72, seconds=1)):
            customer = self.customer()
            self.call(customer, base)
            self.ticket(base + gap, customer, "or-other")
        outbound = self.call(self.customer(), base, "or-edge-t", direction="outbound")
        self.ticket(base + half_hour, outbound["customer_id"], "or-edge-t")

    def _lengths(self) -> None:
        """Calls of ten seconds, a little less, and counted from the start where nobody answered."""
        base = datetime(2024, 10, 2, 8, 0, tzinfo=UTC)
        ten = timedelta(seconds=10)
        self.call(self.customer(), base, ended_at=base + ten)
        self.call(self.customer(), base, ended_at=base + ten - timedelta(milliseconds=1))
        self.call(self.customer(), base, answered_at=base + ten, ended_at=base + ten + ten)
        self.call(self.customer(), base, answered_at=base + ten, ended_at=base + ten)
        self.call(self.customer(), base, answered_at=None, ended_at=base + ten)
        self.call(self.customer(), base, ended_at=None)

    def _follow_up(self) -> None:
        """Contacts at as-of, and exactly 168 h before it."""
        self.call(self.customer(), AS_OF - timedelta(hours=168))
        self.call(self.customer(), AS_OF - timedelta(hours=167, minutes=59, seconds=59))
        self.call(self.customer(), AS_OF, ended_at=None, answered_at=None)
        self.call(self.customer(), AS_OF + timedelta(seconds=1), ended_at=None, answered_at=None)

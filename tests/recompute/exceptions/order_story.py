"""What happened to each parcel and order, told from the records row by row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .landing_files import Row
from .world import AS_OF, HOUR, ExceptionShop

# thresholds in hours of promise_rules: any tier, and vip
LIMITS = {
    "any": {"unshipped": 48, "first_scan": 24, "quiet": 120, "stalled": 168, "lost": 240, "risk": 12},
    "vip": {"unshipped": 48, "first_scan": 24, "quiet": 120, "stalled": 120, "lost": 240, "risk": 24},
}
STANDING_STILL = {"info_received", "available_for_pickup", "delivered", "returned", "lost"}


def past(moment: datetime | None) -> datetime | None:
    """The moment, if it has come by as-of."""
    return moment if moment is not None and moment <= AS_OF else None


def first(*moments: datetime | None) -> datetime | None:
    """The earliest of those that there are."""
    there = [moment for moment in moments if moment is not None]
    return min(there) if there else None


def hours(start: datetime, end: datetime) -> float:
    """Hours between two moments."""
    return (end - start) / HOUR


@dataclass
class Trouble:
    """Something a rule finds: its type, since when, until when, and whose rule it is."""

    kind: str
    at: datetime
    until: datetime | None
    system: str


class Parcel:
    """One shipment with its scans."""

    def __init__(self, row: Row, scans: list[Row], tier: str | None) -> None:
        self.row = row
        self.id: str = row["shipment_id"]
        self.scans = sorted(
            (s for s in scans if s["scanned_at"] <= AS_OF), key=lambda s: (s["scanned_at"], s["scan_id"])
        )
        self.limits = LIMITS["vip" if tier == "vip" else "any"]
        self.promise: datetime | None = row["promise_original_at"]
        self.label, self.handover = past(row["label_at"]), past(row["handover_at"])
        attempt, delivered = past(row["first_attempt_at"]), past(row["delivered_at"])
        self.moving = first(self.handover, self.scan(lambda s: s != "info_received"), attempt, delivered)
        self.attempted = attempt or delivered or self.scan(lambda s: s in ("attempt_failed", "delivered"))
        self.arrived = delivered or self.scan(lambda s: s == "delivered")
        self.labelled = self.label or self.scan(lambda s: s == "info_received")
        self.returned = self.scan(lambda s: s == "returned")
        self.returning = self.scan(lambda s: s in ("returning", "returned"))
        self.failed = first(
            self.scan(lambda s: s == "attempt_failed"), self.returning, self.scan(lambda s: s == "lost")
        )

    def scan(self, wanted: Any) -> datetime | None:
        """The first scan whose status is wanted."""
        return next((s["scanned_at"] for s in self.scans if wanted(s["status"])), None)

    def code(self, *words: str) -> datetime | None:
        """The first exception, failed attempt or loss whose code holds one of the words."""
        for scan in self.scans:
            text = (scan["raw_code"] or "").upper()
            if scan["status"] in ("exception", "attempt_failed", "lost") and any(word in text for word in words):
                return scan["scanned_at"]  # type: ignore[no-any-return]
        return None

    def silence(self, limit: float) -> tuple[datetime | None, datetime | None]:
        """Start of the first silence longer than the limit, and the scan that ended it."""
        for place, scan in enumerate(self.scans):
            after = self.scans[place + 1]["scanned_at"] if place + 1 < len(self.scans) else None
            if scan["status"] not in STANDING_STILL and hours(scan["scanned_at"], after or AS_OF) > limit:
                return scan["scanned_at"], after
        if self.handover and all(scan["status"] == "info_received" for scan in self.scans):
            return self.handover, None
        return None, None

    @property
    def is_due(self) -> bool:
        """Whether the promise has passed."""
        return self.promise is not None and self.promise <= AS_OF

    @property
    def is_late(self) -> bool:
        """Whether the promise was broken."""
        return self.promise is not None and self.is_due and not (self.attempted and self.attempted <= self.promise)

    @property
    def is_late_or_failed(self) -> bool:
        """Whether the promise was broken or the delivery failed."""
        return self.is_late or self.failed is not None

    def troubles(self) -> list[Trouble]:
        """Everything the rules find about the parcel itself, before the order is looked at."""
        limits, over = self.limits, first(self.arrived, self.returned)
        stalled, stalled_end = self.silence(limits["stalled"])
        quiet, _ = self.silence(limits["quiet"])
        silent, _ = self.silence(limits["lost"])
        gone = first(self.scan(lambda s: s == "lost"), silent and silent + limits["lost"] * HOUR)
        exception, failed = self.scan(lambda s: s == "exception"), self.scan(lambda s: s == "attempt_failed")
        found: list[tuple[str, datetime | None, datetime | None, str]] = [
            ("attempt_failed", failed, first(self.arrived, self.returning), "carrier"),
            ("carrier_exception", exception, over, "carrier"),
            ("lost", gone, over, "carrier"),
            ("returning", self.returning, self.returned, "carrier"),
            ("past_promise", self.promise, first(self.attempted, self.returned), "carrier"),
            ("stalled", stalled and stalled + limits["stalled"] * HOUR, first(stalled_end, over), "carrier"),
            ("no_first_scan", self.labelled and self.labelled + limits["first_scan"] * HOUR, self.moving, "carrier"),
            ("quiet", quiet and quiet + limits["quiet"] * HOUR, over, "carrier"),
            ("address", self.code("ADDRESS"), self.arrived, "carrier"),
            (
                "promise_at_risk", self.promise and self.promise - limits["risk"] * HOUR,
                first(self.attempted, self.scan(lambda s: s == "out_for_delivery"), self.returned), "carrier",
            ),
        ]  # fmt: skip
        return [Trouble(kind, at, until, system) for kind, at, until, system in found if at is not None]


class Story:
    """Every order with its parcels, contacts and troubles."""

    def __init__(self, shop: ExceptionShop) -> None:
        self.rows = shop.rows
        self.older = shop.older
        self.customers = {row["customer_id"]: row for row in shop.rows["customers"]}
        self.orders = {row["order_id"]: row for row in shop.rows["orders"]}
        scans: dict[str, list[Row]] = defaultdict(list)
        for scan in shop.rows["shipment_scans"]:
            scans[scan["shipment_id"]].append(scan)
        self.parcels: dict[str, list[Parcel]] = defaultdict(list)
        for row in sorted(shop.rows["shipments"], key=lambda row: row["shipment_id"]):
            tier = self.customer(row["order_id"]).get("tier")
            self.parcels[row["order_id"]].append(Parcel(row, scans[row["shipment_id"]], tier))

    def customer(self, order_id: str | None) -> Row:
        """The customer of an order, or nothing."""
        return self.customers.get(self.orders.get(order_id or "", {}).get("customer_id"), {})

    def ship_by(self, order: Row) -> datetime:
        """When the order should have left."""
        promised: datetime | None = order["promised_ship_by"]
        return promised or order["placed_at"] + 48 * HOUR  # type: ignore[no-any-return]

    def flags(self, order_id: str) -> list[tuple[Parcel | None, Trouble]]:
        """What the rules flag about an order: the parcel it is about, and what."""
        order, parcels = self.orders[order_id], self.parcels[order_id]
        found: list[tuple[Parcel | None, Trouble]] = [
            (parcel, item) for parcel in parcels for item in parcel.troubles()
        ]
        one = parcels[0] if parcels else None
        left = first(one.labelled, one.moving) if one else None
        found.append((one, Trouble("unshipped", self.ship_by(order), left, "warehouse")))
        for kind in ("short_pick", "backorder"):
            times = [
                row["at"] for row in self.rows["inventory_events"]
                if row["order_id"] == order_id and row["kind"] == kind and row["at"] <= AS_OF
            ]  # fmt: skip
            if times:
                found.append((None, Trouble(kind, min(times), None, "warehouse")))
        cancelled = past(order["cancelled_at"])
        return [
            (parcel, item) for parcel, item in found
            if item.at <= AS_OF and ((end := first(item.until, cancelled)) is None or end > item.at)
        ]  # fmt: skip

    def all_contacts(self, order_id: str) -> list[datetime]:
        """When the customer called or wrote about an order."""
        said = [(row, row["created_at"]) for row in self.rows["tickets"]]
        said += [(row, row["started_at"]) for row in self.rows["calls"]]
        return sorted(at for row, at in said if row["order_id"] == order_id and row["customer_id"] and at <= AS_OF)

    def contacts(self, order_id: str) -> list[datetime]:
        """The same, from placing on."""
        order = self.orders.get(order_id)
        return [at for at in self.all_contacts(order_id) if order and order["placed_at"] <= at]

    def dimensions(self, order_id: str | None, parcel: Parcel | None) -> dict[str, str]:
        """Segment, carrier, region, warehouse and category of an order and its parcel."""
        order, row = self.orders.get(order_id or "", {}), parcel.row if parcel else {}
        lines = [line for line in self.rows["order_items"] if line["order_id"] == order_id]
        best = max(lines, key=lambda line: (line["unit_price"], -line["line_no"])) if lines else {}
        customer = self.customer(order_id)
        return {
            "segment": customer.get("segment") or "unknown",
            "carrier": row.get("carrier") or "unknown",
            "region": row.get("region") or order.get("region") or customer.get("region") or "unknown",
            "warehouse": row.get("warehouse_id") or order.get("warehouse_id") or "unknown",
            "product_category": best.get("category") or "unknown",
            # no launch scope has landed
            "phase": "unknown",
        }

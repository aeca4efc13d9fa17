"""What was known about an order at one instant: carrier, region, warehouse, category, stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .landing_typing import Typed

STAGES = (
    "placed",
    "label_created",
    "handed_over",
    "in_transit",
    "out_for_delivery",
    "attempt_failed",
    "available_for_pickup",
    "delivered",
    "returning",
    "returned",
    "cancelled",
)
UNKNOWN = "unknown"


def by_column(rows: Iterable[Typed], column: str) -> dict[Any, list[Typed]]:
    """Rows grouped by the value of one column; rows without a value are left out."""
    groups: dict[Any, list[Typed]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            groups[row[column]].append(row)
    return groups


class OrderBook:
    """Looks up order facts as of an instant."""

    def __init__(self, rows: dict[str, list[Typed]]) -> None:
        self.orders = {row["order_id"]: row for row in rows["orders"]}
        self.customers = {row["customer_id"]: row for row in rows["customers"]}
        self.shipments = by_column(rows["shipments"], "order_id")
        self.items = by_column(rows["order_items"], "order_id")
        self.scans = by_column(rows["shipment_scans"], "shipment_id")

    def segment(self, customer_id: str | None) -> str:
        """The customer's segment, else 'unknown'."""
        return self.customers.get(customer_id, {}).get("segment") or UNKNOWN

    def dimensions(self, order_id: str | None, customer_id: str | None, at: datetime) -> dict[str, str]:
        """The order dimensions of a contact of this customer about this order at this instant."""
        order = self.orders.get(order_id, {})
        shipment = self.shipment_at(order_id, at) or {}
        customer = self.customers.get(customer_id, {})
        return {
            "segment": self.segment(customer_id),
            "carrier": shipment.get("carrier") or UNKNOWN,
            "region": shipment.get("region") or order.get("region") or customer.get("region") or UNKNOWN,
            "warehouse": shipment.get("warehouse_id") or order.get("warehouse_id") or UNKNOWN,
            "product_category": self.category(order_id),
            "delivery_stage": self._stage(order, shipment, at),
        }

    def order_dimensions(self, order: Typed) -> dict[str, str]:
        """Of an order itself: the parcel first by identifier, else the order's own places, else the customer's."""
        parcels = self.shipments.get(order["order_id"], [])
        parcel = min(parcels, key=lambda row: str(row["shipment_id"]), default={})
        customer = self.customers.get(order["customer_id"], {})
        unknown = dict.fromkeys(("source", "owner", "outcome", "delivery_stage", "reason_code", "phase"), UNKNOWN)
        return unknown | {
            "segment": self.segment(order["customer_id"]),
            "carrier": parcel.get("carrier") or UNKNOWN,
            "region": parcel.get("region") or order["region"] or customer.get("region") or UNKNOWN,
            "warehouse": parcel.get("warehouse_id") or order["warehouse_id"] or UNKNOWN,
            "product_category": self.category(order["order_id"]),
        }

    def shipment_at(self, order_id: str | None, at: datetime) -> Typed | None:
        """The shipment with the latest scan before the instant, else the first by id."""
        shipments = sorted(self.shipments.get(order_id, []), key=lambda row: row["shipment_id"])
        best: Typed | None = None
        best_scan: datetime | None = None
        for shipment in shipments:
            earlier = [
                scan["scanned_at"] for scan in self.scans.get(shipment["shipment_id"], []) if scan["scanned_at"] < at
            ]
            if earlier and (best_scan is None or max(earlier) > best_scan):
                best, best_scan = shipment, max(earlier)
        return best or (shipments[0] if shipments else None)

    def category(self, order_id: str | None) -> str:
        """The category of the order line of highest value; the lowest line number breaks a tie."""
        lines = self.items.get(order_id, [])
        if not lines:
            return UNKNOWN
        best = max(lines, key=lambda line: (line["quantity"] * line["unit_price"], -line["line_no"]))
        return best["category"] or UNKNOWN

    def _stage(self, order: Typed, shipment: Typed, at: datetime) -> str:
        reached = {
            "placed": order.get("placed_at"),
            "label_created": shipment.get("label_at"),
            "handed_over": shipment.get("handover_at"),
            "delivered": shipment.get("delivered_at"),
            "cancelled": order.get("cancelled_at"),
        }
        stages = {stage for stage, moment in reached.items() if moment is not None and moment <= at}
        for scan in self.scans.get(shipment.get("shipment_id"), []):
            if scan["scanned_at"] <= at:
                status = scan["status"]
                stages.add("label_created" if status == "info_received" else status)
        known = [stage for stage in STAGES if stage in stages]
        return known[-1] if known else UNKNOWN

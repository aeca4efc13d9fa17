"""Parcels of one week whose lanes turn the order of two carriers round, and a lane on which nothing is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .world import ExceptionShop

PLACED = datetime(2025, 3, 10, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
# carrier, zone, parcels, late ones: Uphill drives the hard lane, and there it is better than Plain
LANES = (
    ("Uphill", "hard", 60, 26),
    ("Plain", "hard", 30, 16),
    ("Plain", "flat", 120, 3),
    ("Isle", "isle", 31, 0),
)


def add_lanes(shop: ExceptionShop) -> None:
    """Every parcel of the lanes, with an order of its own."""
    for carrier, zone, parcels, lates in LANES:
        for number in range(parcels):
            order_id = f"or-{carrier}-{zone}-{number}"
            shop.add(
                "orders", order_id=order_id, source_updated_at=PLACED, placed_at=PLACED, currency="EUR", net=20,
                customer_id="cu-1", fulfillment_status="open", promised_ship_by=PLACED + 40 * HOUR,
            )  # fmt: skip
            arrival = PLACED + (130 if number < lates else 70) * HOUR
            shop.add(
                "shipments", shipment_id=f"sh-{order_id}", source_updated_at=arrival, order_id=order_id,
                carrier=carrier, service="standard", zone=zone, warehouse_id="W3", region="East",
                label_at=PLACED + 4 * HOUR, handover_at=PLACED + 20 * HOUR, promise_original_at=PLACED + 90 * HOUR,
                promise_current_at=PLACED + 90 * HOUR, first_attempt_at=arrival, delivered_at=arrival,
            )  # fmt: skip

"""Units of the metrics whose unit is a shipment or a flag of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from .landing_files import Row
from .order_story import Parcel, Story, first, past
from .units import Unit
from .world import AS_OF

CODES = {"ADDRESS", "CUSTOMS", "DAMAGE"}


def attributed_to(story: Story, parcel: Parcel) -> str | None:
    """Whose milestone a late parcel missed first."""
    if not parcel.is_late or parcel.promise is None:
        return None
    ship_by = story.ship_by(story.orders[parcel.row["order_id"]])
    until = parcel.attempted or AS_OF
    if (parcel.moving or until) > ship_by:
        return "warehouse"
    outside = first(parcel.code("ADDRESS"), parcel.code("CUSTOMS"))
    if outside and outside < until:
        return "other"
    if parcel.moving and until - parcel.moving > parcel.promise - ship_by:
        return "carrier"
    return "unattributed"


def causes(parcel: Parcel, flags: list[tuple[Parcel | None, str]]) -> set[str]:
    """Verified causes of trouble with a parcel."""
    found = {code for code in CODES if parcel.code(code)}
    for other, kind in flags:
        if other is not parcel:
            continue
        if kind in ("lost", "stalled", "returning", "no_first_scan", "unshipped"):
            found.add(kind)
        if kind == "attempt_failed" and "ADDRESS" not in found:
            found.add(kind)
        if kind == "carrier_exception" and not found & CODES:
            found.add(kind)
    return found


def detections(cases: list[Row], order_id: str, parcel: Parcel) -> datetime | None:
    """First detection of the workflow about a parcel, or about its order as a whole."""
    return first(
        *(
            case["detected"]
            for case in cases
            if case["order_id"] == order_id and case["shipment_id"] in (None, parcel.id)
        )
    )


def shipment_units(story: Story, cases: list[Row]) -> Iterator[tuple[str, Unit]]:
    """M-31, M-32b and recall, and what the rules flagged."""
    for order_id in story.orders:
        flags = story.flags(order_id)
        kinds = [(parcel, item.kind) for parcel, item in flags]
        for parcel in story.parcels[order_id]:
            if not parcel.is_due or parcel.promise is None:
                continue
            promise, owner = parcel.promise, attributed_to(story, parcel)
            shape = story.dimensions(order_id, parcel)
            flagged = first(*(item.at for other, item in flags if other in (None, parcel)))
            detected = detections(cases, order_id, parcel)
            yield "M-31", Unit(promise, shape, bool(causes(parcel, kinds)))
            if owner != "other":
                yield "M-32b", Unit(promise, shape, not parcel.is_late)
            for metric, name in (("M-32bw", "warehouse"), ("M-32bc", "carrier"), ("M-32bo", "other")):
                yield metric, Unit(promise, shape, owner == name)
            if parcel.is_late_or_failed:
                yield "M-44r", Unit(promise, shape, detected is not None and detected < promise)
                yield "M-44rr", Unit(promise, shape, flagged is not None and flagged < promise)


def flag_units(story: Story) -> Iterator[tuple[str, Unit]]:
    """M-44fb and M-44fp."""
    for order_id, order in story.orders.items():
        parcels = story.parcels[order_id]
        for parcel, item in story.flags(order_id):
            judged = parcel or (parcels[0] if parcels else None)
            promise = (judged.promise if judged else None) or order["promised_delivery_at"]
            shape = {"source": item.system, **story.dimensions(order_id, judged)}
            if promise is not None:
                yield "M-44fb", Unit(item.at, shape, item.at < promise)
                if promise <= AS_OF:
                    yield "M-44fp", Unit(item.at, shape, went_wrong(order, judged))


def went_wrong(order: Row, parcel: Parcel | None) -> bool:
    """Whether a delivery was late or failed; without a parcel the order's promise decides."""
    if parcel is not None:
        return parcel.is_late_or_failed
    promised = order.get("promised_delivery_at")
    return promised is not None and promised <= AS_OF and past(order["cancelled_at"]) is None

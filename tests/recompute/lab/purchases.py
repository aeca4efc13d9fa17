"""M-14c from its definition: customer by customer, week by week, from the end of the week on."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.recompute.intervals import wilson
from tests.recompute.metric_cells import Cell
from tests.recompute.observations import World

BANDS = (
    (0, "1 to 29 days"),
    (30, "30 to 89 days"),
    (90, "90 to 179 days"),
    (180, "180 to 364 days"),
    (365, "a year and more"),
)
ArmKey = tuple[date, str, str, bool]


def landmark(week: date, zone: ZoneInfo) -> datetime:
    """The instant at which a week ends."""
    return datetime.combine(week + timedelta(days=7), time(0), zone)


def arms(world: World) -> dict[ArmKey, tuple[int, int, int]]:
    """Customers, buyers within 30 and within 90 days by week, segment, tenure band and whether they contacted."""
    zone = world.zone
    bought: dict[str, list[datetime]] = {}
    for order in world.rows["orders"]:
        if order["customer_id"] is not None:
            bought.setdefault(order["customer_id"], []).append(order["placed_at"])
    customers = {row["customer_id"]: row for row in world.rows["customers"]}
    contacts = {(one.customer_id, one.week) for one in world.contacts}
    found: dict[ArmKey, list[int]] = {}
    for customer in bought.keys() | customers.keys():
        row = customers.get(customer, {})
        known = [*bought.get(customer, []), *([row["first_order_at"]] if row.get("first_order_at") else [])]
        if not known:
            continue
        first, left = min(known), row.get("churned_at")
        for week in {week for _, week in contacts}:
            end = landmark(week, zone)
            if first >= end - timedelta(days=7) or (left is not None and left < end):
                continue
            tenure = (end.date() - first.astimezone(zone).date()).days
            band = [name for start, name in BANDS if start <= tenure][-1]
            waits = [at - end for at in bought.get(customer, []) if at > end]
            key = (week, row.get("segment") or "unknown", band, (customer, week) in contacts)
            counts = found.setdefault(key, [0, 0, 0])
            counts[0] += 1
            counts[1] += any(wait <= timedelta(days=30) for wait in waits)
            counts[2] += any(wait <= timedelta(days=90) for wait in waits)
    # without a customer who contacted and had ordered before there is nobody to compare the others with
    weeks_with_both = {key[0] for key in found if key[3]}
    return {key: (counts[0], counts[1], counts[2]) for key, counts in found.items() if key[0] in weeks_with_both}


def differences(found: dict[ArmKey, tuple[int, int, int]], days: int) -> dict[tuple[date, str], Cell]:
    """Those who contacted less the others with their mix, by week and segment, '(all)' for all."""
    cells = {}
    column = {30: 1, 90: 2}[days]
    for week, segment in {(key[0], name) for key in found for name in (key[1], "(all)")}:
        sums: Counter[str] = Counter()
        for (at, group, band, is_contacting), counts in found.items():
            other = found.get((at, group, band, False))
            if not is_contacting or at != week or segment not in ("(all)", group) or other is None:
                continue
            weight = counts[0] / other[0]
            sums.update(units=counts[0], events=counts[column])
            sums["others"] += other[0] * weight  # type: ignore[assignment]
            sums["other_events"] += other[column] * weight  # type: ignore[assignment]
            sums["squares"] += other[0] * weight**2  # type: ignore[assignment]
        if sums["units"]:
            cells[week, segment] = _difference(sums)
    return cells


def _difference(sums: Counter[str]) -> Cell:
    units, share = sums["units"], sums["events"] / sums["units"]
    other, worth = sums["other_events"] / sums["others"], sums["others"] ** 2 / sums["squares"]
    own, others = wilson(sums["events"], units), wilson(other * worth, worth)
    assert own
    assert others
    gain = share - other
    interval = (
        gain - math.hypot(share - own[0], others[1] - other),
        gain + math.hypot(own[1] - share, other - others[0]),
    )
    return Cell(sums["events"] - units * other, units, gain, interval, "final")

"""Lates of carriers and warehouses against what their lanes let expect, causes by lane, and parcels in flight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.recompute.intervals import quantile
from tests.recompute.metric_cells import Observation

from .order_story import HOUR, Parcel, Story, first, past
from .shipment_units import causes
from .units import week_of
from .world import AS_OF

WEEK = timedelta(days=7)
# exception types that M-30 counts
DELIVERY_EXCEPTIONS = {
    "attempt_failed", "carrier_exception", "lost", "returning", "past_promise", "stalled", "no_first_scan", "unshipped",
}  # fmt: skip
# how a code is named as a cause
CODE_CAUSES = {"ADDRESS": "address", "CUSTOMS": "customs_weather", "DAMAGE": "damaged"}
Card = tuple[str, str, str, date]


def due_parcels(story: Story) -> list[tuple[Parcel, dict[str, str], date]]:
    """Parcels whose promise has passed, with dimensions and week."""
    return [
        (parcel, story.dimensions(order_id, parcel), week_of(parcel.promise))
        for order_id in story.orders
        for parcel in story.parcels[order_id]
        if parcel.is_due and parcel.promise
    ]


def weekly_scores(story: Story) -> dict[tuple[str, str, date], list[float]]:
    """Scope, subject and week -> units, lates, expected lates, variance."""
    lanes: dict[Any, list[bool]] = defaultdict(list)
    seen = []
    for parcel, shape, week in due_parcels(story):
        lane = (week, parcel.row["zone"], parcel.row["service"])
        lanes[lane].append(parcel.is_late)
        seen += [
            ("carrier", shape["carrier"], lane, parcel.is_late),
            ("warehouse", shape["warehouse"], lane, parcel.is_late),
        ]
    found: dict[tuple[str, str, date], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for scope, subject, lane, is_late in seen:
        share = sum(lanes[lane]) / len(lanes[lane])
        for place, number in enumerate((1, is_late, share, share * (1 - share))):
            found[scope, subject, lane[0]][place] += number
    return found


def dispersion(weekly: dict[tuple[str, str, date], list[float]], scope: str, last: date) -> float:
    """Winsorised mean square of the scores of 13 weeks, at least one."""
    scores = [
        (lates - expected) / variance**0.5
        for (one, _, week), (_, lates, expected, variance) in weekly.items()
        if one == scope and last - 12 * WEEK <= week <= last and variance > 1e-12
    ]
    if not scores:
        return 1.0
    low, high = quantile(scores, 0.1), quantile(scores, 0.9)
    return max(1.0, sum(min(max(score, low), high) ** 2 for score in scores) / len(scores))


def scorecards(story: Story) -> dict[Card, dict[str, float]]:
    """Every card: units, lates, expected, ratio, upper 99.8 % limit."""
    weekly, cards = weekly_scores(story), {}
    for last in {week for _, _, week in weekly}:
        for period, length in (("week", 1), ("13 weeks", 13)):
            sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
            for (scope, subject, week), numbers in weekly.items():
                if last - (length - 1) * WEEK <= week <= last:
                    sums[scope, subject] = [a + b for a, b in zip(sums[scope, subject], numbers, strict=True)]
            for (scope, subject), (units, lates, expected, variance) in sums.items():
                card = {"units": units, "lates": lates, "expected_lates": expected}
                if expected > 1e-9:
                    spread = (dispersion(weekly, scope, last) * variance) ** 0.5 / expected
                    card |= {"adjusted_ratio": lates / expected, "limit_998_high": 1 + 3.090232306167813 * spread}
                cards[scope, subject, period, last] = card
    return cards


def cause_cells(story: Story) -> dict[tuple[date, str, str, str], tuple[int, int]]:
    """Week, carrier, region and cause -> shipments with it, shipments due; '(all)' where not split."""
    due: dict[tuple[date, str, str], int] = defaultdict(int)
    found: dict[tuple[date, str, str, str], int] = defaultdict(int)
    for parcel, shape, week in due_parcels(story):
        kinds = [(other, item.kind) for other, item in story.flags(parcel.row["order_id"])]
        for carrier in (shape["carrier"], "(all)"):
            for region in (shape["region"], "(all)"):
                due[week, carrier, region] += 1
                for cause in causes(parcel, kinds):
                    found[week, carrier, region, CODE_CAUSES.get(cause, cause)] += 1
    return {key: (number, due[key[:3]]) for key, number in found.items()}


def flights(story: Story) -> Iterator[Observation]:
    """Delivery exceptions in the week they opened, and parcels in every week they were in flight."""
    for order_id, order in story.orders.items():
        for parcel, item in story.flags(order_id):
            if parcel is not None and item.kind in DELIVERY_EXCEPTIONS:
                yield Observation(week_of(item.at), story.dimensions(order_id, parcel), 1)
        for parcel in story.parcels[order_id]:
            if parcel.moving is None:
                continue
            ended = first(
                parcel.arrived,
                parcel.returned,
                parcel.scan(lambda status: status == "lost"),
                past(order["cancelled_at"]),
            )
            last = parcel.scans[-1]["scanned_at"] if parcel.scans else parcel.moving
            until = ended or past(last + 60 * 24 * HOUR) or AS_OF
            week = week_of(parcel.moving)
            while week <= week_of(until):
                yield Observation(week, story.dimensions(order_id, parcel), 0, exposure=1)
                week += WEEK

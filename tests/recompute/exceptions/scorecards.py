"""Lates of carriers and warehouses against what their lanes let expect, causes by lane, and parcels in flight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.recompute.intervals import poisson_interval, quantile
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
# normal points of the funnel, from the inner to the outer
LIMITS = {
    "limit_95_low": -1.959963984540054,
    "limit_95_high": 1.959963984540054,
    "limit_998_low": -3.090232306167813,
    "limit_998_high": 3.090232306167813,
}


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


def scorecards(story: Story) -> dict[Card, dict[str, Any]]:
    """Every card: crude and adjusted, its interval, the funnel, and whether its lanes turn the order round."""
    weekly, cards = weekly_scores(story), {}
    for last in {week for _, _, week in weekly}:
        for period, length in (("week", 1), ("13 weeks", 13)):
            sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
            for (scope, subject, week), numbers in weekly.items():
                if last - (length - 1) * WEEK <= week <= last:
                    sums[scope, subject] = [a + b for a, b in zip(sums[scope, subject], numbers, strict=True)]
            for scope in ("carrier", "warehouse"):
                scale = dispersion(weekly, scope, last)
                made = {subject: card_of(*numbers, scale) for (one, subject), numbers in sums.items() if one == scope}
                pool = sum(card["lates"] for card in made.values()) / sum(card["units"] for card in made.values())
                for subject, card in made.items():
                    card |= against_others(card, [other for name, other in made.items() if name != subject], pool)
                    cards[scope, subject, period, last] = card
    return cards


def card_of(units: float, lates: float, expected: float, variance: float, scale: float) -> dict[str, Any]:
    """What a card says of its subject alone; `scale` is the dispersion."""
    card: dict[str, Any] = {"units": units, "lates": lates, "expected_lates": expected, "crude_share": lates / units}
    card |= dict.fromkeys(("adjusted_ratio", "ci_low", "ci_high", *LIMITS)) | {"standing": "unknown"}
    card |= {"dispersion": scale, "is_rankable": units >= 30}
    if expected <= 1e-9:
        return card
    spread, ratio = (scale * variance) ** 0.5 / expected, lates / expected
    for name, sigmas in LIMITS.items():
        card[name] = max(1 + sigmas * spread, 0.0)
    low, high = poisson_interval(lates)
    card |= {"adjusted_ratio": ratio, "ci_low": low / expected, "ci_high": high / expected, "standing": "inside"}
    for limit, sigmas in LIMITS.items():
        # from the inner to the outer limits, so that the last one that is broken stands
        if (ratio - 1 - sigmas * spread) * sigmas > 0:
            card["standing"] = f"{'worse' if sigmas > 0 else 'better'}_{limit.split('_')[1]}"
    return card


def against_others(card: dict[str, Any], others: list[dict[str, Any]], pool: float) -> dict[str, Any]:
    """The crude ratio, the subjects that stand on the other side once lanes are accounted for, and Simpson's flag."""
    flips = 0
    for other in others:
        pair = (card, other)
        if all(one["is_rankable"] and one["adjusted_ratio"] is not None for one in pair):
            crude, fair = (card[name] - other[name] for name in ("crude_share", "adjusted_ratio"))
            flips += crude * fair < 0
    low, high = poisson_interval(card["lates"])
    shop = card["units"] * pool
    is_worse = low > shop and card["standing"] not in ("worse_95", "worse_998")
    is_better = high < shop and card["standing"] not in ("better_95", "better_998")
    return {
        "crude_ratio": card["crude_share"] / pool if pool else None,
        "count_order_flips": flips,
        "is_simpson": flips > 0 and (is_worse or is_better),
    }


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

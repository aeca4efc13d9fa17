"""The cart metrics, each from its definition, as cells of metric_weekly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from tests.recompute.call_facts import DIMENSIONS
from tests.recompute.metric_cells import ALL, Cell, CellKey

from .adders import ARM, EPISODE, Unit, averaged, difference, estimated, proportion, weighted
from .contact_metrics import call_plans, outreach_plans
from .facts import REVENUE_CURRENCY, ZONE, Attempt, Episode, Landing, week_of
from .recovery import is_nurtured
from .world import AS_OF, HOUR, Row


def cells(land: Landing, tried: list[Attempt], found: list[Episode], reasons: dict[str, Row]) -> dict[CellKey, Cell]:
    """Every recomputed cell."""
    plans = [*_episode_plans(found), *_arm_plans(found), *_order_plans(found)]
    plans += [*call_plans(land, tried, reasons), *outreach_plans(land, tried)]
    made: dict[CellKey, Cell] = {}
    for metric, units, adder, window, is_provisional, dimensions in plans:
        for week in {unit.week for unit in units}:
            of_week = [unit for unit in units if unit.week == week]
            maturity = _maturity(of_week, week, window)
            if maturity == "final" or is_provisional:
                for slice_by, values, group in _slices(of_week, dimensions):
                    cell = adder(group, maturity, window)
                    if cell:
                        made[metric, week, slice_by, values] = cell
    return made


def _maturity(units: list[Unit], week: date, window: int) -> str:
    over = datetime(week.year, week.month, week.day, tzinfo=ZONE) + timedelta(days=7)
    starts = [unit.at for unit in units if unit.at]
    last = max(starts, default=over)
    if window < 168 or not starts:
        return "final" if over <= AS_OF and last + window * HOUR <= AS_OF else "provisional"
    return "final" if last + window * HOUR <= AS_OF else "provisional"


def _slices(units: list[Unit], dimensions: tuple[str, ...]) -> Iterable[tuple[str, tuple[str, ...], list[Unit]]]:
    wanted = [(), *((name,) for name in dimensions)]
    wanted += [pair for pair in (("source", "segment"), ("region", "reason_code")) if set(pair) <= set(dimensions)]
    for names in wanted:
        groups: dict[tuple[str, ...], list[Unit]] = {}
        for unit in units:
            values = tuple(unit.dimensions[name] if name in names else ALL for name in DIMENSIONS)
            groups.setdefault(values, []).append(unit)
        for values, group in groups.items():
            yield "+".join(names) or "all", values, group


def _episode_plans(found: list[Episode]) -> list[Any]:
    contacted = [one for one in found if one.is_contacted]
    plans = []
    for metric, window, chosen in (
        ("M-20", 168, contacted),
        ("M-20a", 24, contacted),
        ("M-20b", 120, contacted),
        ("M-20d", 168, [one for one in contacted if _links(one, "delivered_at")]),
        ("M-20n", 168, [one for one in contacted if is_nurtured(one)]),
        ("M-23", 168, [one for one in contacted if one.prior_orders]),
        ("M-23a", 168, [one for one in contacted if not one.prior_orders]),
        ("M-20p", 168, [one for one in contacted if one.prior_contacts]),
        ("M-20q", 168, [one for one in contacted if not one.prior_contacts]),
    ):
        plans.append((metric, [_recovery(one, window) for one in chosen], estimated, window, True, EPISODE))
    sent = [one for one in found if _links(one, "delivered_at")]
    clicks = [_unit(one, one.first_attempt, float(bool(_links(one, "clicked_at")))) for one in sent]
    plans.append(("M-20c", clicks, proportion, 168, False, EPISODE))
    money = [
        _unit(one, one.first_attempt, sum(order.net_revenue for order in one.attributed
                                          if order.row["currency"] == one.first["currency"]))
        for one in contacted
        if one.first["currency"] == REVENUE_CURRENCY
    ]  # fmt: skip
    plans.append(("M-21", money, averaged, 888, False, EPISODE))
    return plans


def _links(episode: Episode, column: str) -> list[Row]:
    return [row for row in episode.links if row["purpose"] == "checkout_link" and row[column] and row[column] <= AS_OF]


def _unit(episode: Episode, at: datetime | None, number: float, **more: Any) -> Unit:
    return Unit(week_of(episode.at), at, episode.dimensions, number, **more)


def _recovery(episode: Episode, window: int) -> Unit:
    start = episode.first_attempt
    assert start is not None
    waits = [order.at - start for order in episode.attributed]
    first = min(waits, default=None)
    if first is not None and first <= window * HOUR:
        return _unit(episode, start, 1.0, delay=first)
    return _unit(episode, start, 0.0, delay=AS_OF - start)


def _arm_plans(found: list[Episode]) -> list[Any]:
    assigned = [one for one in found if one.arm]
    plans = []
    for metric, window in (("M-22", 672), ("M-22a", 168), ("M-22b", 840)):
        units = [
            _unit(one, one.at, float(any(one.at < order.at <= one.at + window * HOUR for order in one.linked)),
                  is_arm=one.arm == "treatment")
            for one in assigned
        ]  # fmt: skip
        plans.append((metric, units, difference, window, False, ARM))
    held = [_unit(one, one.at, float(one.is_contacted)) for one in assigned if one.arm == "holdout"]
    return [*plans, ("M-22c", held, proportion, 168, False, ARM)]


def _order_plans(found: list[Episode]) -> list[Any]:
    contacted = [one for one in found if one.is_contacted]
    last: dict[date, datetime] = {}
    for one in contacted:
        week, start = week_of(one.at), one.first_attempt
        assert start is not None
        last[week] = max(last.get(week, start), start)
    orders = [(one, order, last[week_of(one.at)]) for one in contacted for order in one.attributed]
    use = [_unit(one, at, float(order.is_discounted)) for one, order, at in orders]
    money = [
        _unit(one, at, order.net_revenue if order.is_discounted else 0.0, weight=order.net_revenue)
        for one, order, at in orders
        if order.row["currency"] == one.first["currency"] == REVENUE_CURRENCY
    ]
    again = [
        _unit(one, at, float(any(other.first["customer_id"] == one.first["customer_id"] and other.at > one.at
                                 and other.at <= order.at + 720 * HOUR for other in found)))
        for one, order, at in orders
        if order.is_discounted
    ]  # fmt: skip
    return [
        ("M-25", use, proportion, 168, False, EPISODE),
        ("M-25a", money, weighted, 888, False, EPISODE),
        ("M-25b", again, proportion, 888, False, EPISODE),
    ]

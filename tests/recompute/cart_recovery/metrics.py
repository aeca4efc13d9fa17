"""The cart metrics, each from its definition, as cells of metric_weekly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ..call_facts import DIMENSIONS
from ..intervals import event_interval, quantile, survival_at, wilson
from ..metric_cells import ALL, Cell, CellKey
from .facts import REVENUE_CURRENCY, ZONE, Attempt, Episode, Landing, week_of
from .recovery import ISSUES, cart_calls, is_nurtured, owner_of
from .world import AS_OF, HOUR, Row

EPISODE = ("source", "segment", "owner", "outcome", "region", "product_category", "reason_code", "phase")
ARM = ("segment", "region", "product_category", "phase")
ATTEMPT = ("source", "segment", "owner", "outcome", "region", "phase")
CUSTOMER = ("segment", "region", "phase")
UNSOLVABLE = {"CHK.INTENT.NOT_READY", "PRO.PRICE.PRICE_OR_MATCH", "PAY.CHARGE.CHARGEBACK", "PAY.FRAUD.FRAUD_OR_NOT_MY_ORDER",
              "PRD.AVAILABILITY.STOCK_OR_RESTOCK", "PRD.DEFECT.DEFECTIVE_OR_QUALITY"}  # fmt: skip
MORE_QUESTIONS = {"RET.POLICY.ELIGIBILITY_QUESTION", "RET.HOWTO.RETURN_INSTRUCTIONS", "REFUND_ASK",
                  "REF.STATUS.REFUND_STATUS", "FUL.STOCK.OUT_OF_STOCK_AFTER_ORDER"}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """One unit: its week, the instant its window runs from, its dimensions and what is added up."""

    week: date
    at: datetime | None
    dimensions: dict[str, str]
    number: float = 0.0
    weight: float = 1.0
    is_arm: bool = False
    delay: timedelta = timedelta(0)


Adder = Callable[[list[Unit], str, int], Cell]


def proportion(units: list[Unit], maturity: str, window: int) -> Cell:
    """Share with Wilson's interval."""
    hits = sum(unit.number for unit in units)
    return Cell(hits, len(units), hits / len(units), wilson(hits, len(units)), maturity)


def counted(units: list[Unit], maturity: str, window: int) -> Cell:
    """A count beside its population."""
    hits = sum(unit.number for unit in units)
    return Cell(hits, len(units), hits, None, maturity)


def averaged(units: list[Unit], maturity: str, window: int) -> Cell:
    """A mean with median and 90th percentile."""
    values = [unit.number for unit in units]
    middle, high = quantile(values, 0.5), quantile(values, 0.9)
    return Cell(sum(values), len(values), sum(values) / len(values), None, maturity, middle, high, True)


def weighted(units: list[Unit], maturity: str, window: int) -> Cell:
    """Sum over sum, with the interval of a ratio."""
    total = sum(unit.weight for unit in units)
    if not total:
        return Cell(0.0, len(units), None, None, maturity)
    share = sum(unit.number for unit in units) / total
    interval = None
    if len(units) > 1:
        rest = sum((unit.number - share * unit.weight) ** 2 for unit in units)
        error = 1.959963984540054 * math.sqrt(rest * len(units) / (len(units) - 1)) / total
        interval = (max(share - error, 0.0), min(share + error, 1.0))
    return Cell(share * len(units), len(units), share, interval, maturity)


def estimated(units: list[Unit], maturity: str, window: int) -> Cell:
    """The plain share of a final week, 1 - S(window) of another."""
    if maturity == "final":
        return proportion(units, maturity, window)
    observed = [(unit.delay // timedelta(microseconds=1), bool(unit.number)) for unit in units]
    curve = survival_at(observed, window * 3_600_000_000)
    hits = sum(unit.number for unit in units)
    return Cell(hits, len(units), 1 - curve.survival, event_interval(curve), maturity)


def difference(units: list[Unit], maturity: str, window: int) -> Cell | None:
    """Newcombe's interval of treatment less holdout; None without both."""
    groups = [[unit for unit in units if unit.is_arm is side] for side in (True, False)]
    if not all(groups):
        return None
    hits = [sum(unit.number for unit in group) for group in groups]
    sizes = [len(group) for group in groups]
    shares = [hit / size for hit, size in zip(hits, sizes, strict=True)]
    (low, high), (other_low, other_high) = (wilson(hit, size) for hit, size in zip(hits, sizes, strict=True))
    gain = shares[0] - shares[1]
    interval = (
        gain - math.hypot(shares[0] - low, other_high - shares[1]),
        gain + math.hypot(high - shares[0], shares[1] - other_low),
    )
    return Cell(hits[0] - sizes[0] * shares[1], sizes[0], gain, interval, maturity)


def cells(land: Landing, tried: list[Attempt], found: list[Episode], reasons: dict[str, Row]) -> dict[CellKey, Cell]:
    """Every recomputed cell."""
    plans = [*_episode_plans(found), *_arm_plans(found), *_order_plans(found)]
    plans += [*_call_plans(land, tried, reasons), *_outreach_plans(land, tried)]
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


def _call_plans(land: Landing, tried: list[Attempt], reasons: dict[str, Row]) -> list[Any]:
    stated = []
    for call in cart_calls(land, tried):
        reason = reasons[call["call_id"]]
        if call["is_engaged"] and reason["reason_status"] == "accepted" and reason["stated_reason_code"]:
            customer = land.customers.get(call["customer_id"] or "", {})
            dimensions = {
                "source": call["source_system"] or "unknown",
                "segment": customer.get("segment") or "unknown",
                "owner": owner_of(call),
                "outcome": call["disposition"],
                "region": customer.get("region") or "unknown",
                "product_category": "unknown",
                "reason_code": reason["reason_code"],
                "phase": "unknown",
            }
            stated.append(
                (Unit(week_of(call["started_at"]), call["started_at"], dimensions), reason["stated_reason_code"])
            )

    def shares(metric: str, chosen: Iterable[tuple[Unit, str]], hit: Callable[[str], bool]) -> Any:
        units = [Unit(unit.week, unit.at, unit.dimensions, float(hit(code))) for unit, code in chosen]
        return (metric, units, proportion, 0, True, EPISODE)

    issues = [(unit, code) for unit, code in stated if category(code)]
    plans = [shares("M-24", stated, lambda code: category(code) is not None)]
    for letter, name in zip("abcde", ISSUES, strict=True):
        plans.append(shares(f"M-24{letter}", issues, lambda code, name=name: category(code) == name))
    plans.append(shares("M-24s", issues, lambda code: code not in UNSOLVABLE))
    asked = [
        Unit(unit.week, unit.at, unit.dimensions, float(unit.dimensions["outcome"] in ("answered", "routed")))
        for unit, code in stated
        if code in MORE_QUESTIONS or (category(code) and code != "CHK.INTENT.NOT_READY")
    ]
    plans.append(("M-24q", asked, proportion, 0, True, EPISODE))
    return plans


def category(code: str) -> str | None:
    """Checkout issue category of a stated code."""
    if code == "SITE_TROUBLE":
        return "CHK"
    return next((name for name in ISSUES if code.startswith(name + ".")), None)


def _outreach_plans(land: Landing, tried: list[Attempt]) -> list[Any]:
    units = []
    for one in tried:
        if one.workflow != "cart_recovery":
            continue
        answered = one.row["answered_at"] and one.row["answered_at"] <= AS_OF
        customer = land.customers.get(one.customer or "", {})
        dimensions = {
            "source": (one.call and one.call["source_system"]) or "unknown",
            "segment": customer.get("segment") or "unknown",
            "owner": owner_of(one.call),
            "outcome": "answered" if answered else "delivered" if one.delivered else "not_delivered",
            "region": customer.get("region") or "unknown",
            "phase": "unknown",
        }
        units.append((one, Unit(week_of(one.at), one.at, dimensions)))
    plans = []
    for metric, hit in (
        ("M-26b", lambda one: one.consent == "revoked"),
        ("M-26d", lambda one: one.consent != "granted"),
        ("M-26f", lambda one: one.is_breach),
    ):
        of_metric = [Unit(unit.week, unit.at, unit.dimensions, float(hit(one))) for one, unit in units]
        plans.append((metric, of_metric, counted, 0, True, ATTEMPT))
    return [*plans, *_opt_out_plans(units), _honour_plan(land, tried)]


def _opt_out_plans(units: list[tuple[Attempt, Unit]]) -> list[Any]:
    plans = []
    for metric, channel in (
        ("M-26", None),
        ("M-26p", "phone"),
        ("M-26e", "email"),
        ("M-26s", "sms"),
        ("M-26w", "whatsapp"),
    ):
        groups: dict[tuple[str, date], list[tuple[Attempt, Unit]]] = {}
        for one, unit in units:
            if one.delivered and one.customer and channel in (None, one.channel):
                groups.setdefault((one.customer, unit.week), []).append((one, unit))
        customers = [
            Unit(week, max(one.delivered for one, _ in group if one.delivered), group[0][1].dimensions,
                 float(any(one.opted_out for one, _ in group)))
            for (_, week), group in groups.items()
        ]  # fmt: skip
        plans.append((metric, customers, proportion, 168, False, CUSTOMER))
    return plans


def _honour_plan(land: Landing, tried: list[Attempt]) -> Any:
    units = []
    for (customer, channel), said in land.statements.items():
        states = [("granted", None), *((status, at) for at, status in said)]
        starts = [at for (before, _), (now, at) in zip(states, states[1:], strict=False) if now == "revoked" != before]
        for number, start in enumerate(starts):
            assert start is not None
            until = starts[number + 1] if number + 1 < len(starts) else None
            late = [
                (one.at - start) / HOUR
                for one in tried
                if one.customer == customer and one.channel == channel and one.workflow == "cart_recovery"
                and one.consent == "revoked" and start <= one.at <= start + 336 * HOUR
                and (until is None or one.at < until)
            ]  # fmt: skip
            row = land.customers.get(customer, {})
            dimensions = {
                "segment": row.get("segment") or "unknown",
                "region": row.get("region") or "unknown",
                "phase": "unknown",
            }
            units.append(Unit(week_of(start), start, dimensions, max(late, default=0.0)))
    return ("M-26c", units, averaged, 336, False, CUSTOMER)

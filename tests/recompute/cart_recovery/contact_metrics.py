"""What is said in cart calls, and how customers are contacted: the plans of M-24 and M-26."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from .adders import ATTEMPT, CUSTOMER, EPISODE, Unit, averaged, counted, proportion
from .facts import Attempt, Landing, week_of
from .recovery import ISSUES, cart_calls, owner_of
from .world import AS_OF, HOUR, Row

UNSOLVABLE = {
    "CHK.INTENT.NOT_READY",
    "PRO.PRICE.PRICE_OR_MATCH",
    "PAY.CHARGE.CHARGEBACK",
    "PAY.FRAUD.FRAUD_OR_NOT_MY_ORDER",
    "PRD.AVAILABILITY.STOCK_OR_RESTOCK",
    "PRD.DEFECT.DEFECTIVE_OR_QUALITY",
}
MORE_QUESTIONS = {
    "RET.POLICY.ELIGIBILITY_QUESTION",
    "RET.HOWTO.RETURN_INSTRUCTIONS",
    "REFUND_ASK",
    "REF.STATUS.REFUND_STATUS",
    "FUL.STOCK.OUT_OF_STOCK_AFTER_ORDER",
}
MUST_ROUTE = {
    "SITE_TROUBLE",
    "PAY.CHECKOUT.PAYMENT_FAILED",
    "PAY.CHARGE.UNEXPECTED_OR_DUPLICATE",
    "PAY.CHARGE.CHARGEBACK",
    "PAY.FRAUD.FRAUD_OR_NOT_MY_ORDER",
    "PRD.AVAILABILITY.STOCK_OR_RESTOCK",
    "PRD.DEFECT.DEFECTIVE_OR_QUALITY",
    "REFUND_ASK",
    "REF.STATUS.REFUND_STATUS",
    "FUL.STOCK.OUT_OF_STOCK_AFTER_ORDER",
}
CHANNELS = (("M-20kp", "phone"), ("M-20ke", "email"), ("M-20ks", "sms"), ("M-20kw", "whatsapp"))


def call_plans(land: Landing, tried: list[Attempt], reasons: dict[str, Row]) -> list[Any]:
    """M-24: what shoppers say."""
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
    to_route = [(unit, code) for unit, code in stated if code in MUST_ROUTE]
    routed = [
        Unit(unit.week, unit.at, unit.dimensions, float(unit.dimensions["outcome"] == "routed")) for unit, _ in to_route
    ]
    plans.append(("M-24r", routed, proportion, 0, True, EPISODE))
    return plans


def category(code: str) -> str | None:
    """Checkout issue category of a stated code."""
    if code == "SITE_TROUBLE":
        return "CHK"
    return next((name for name in ISSUES if code.startswith(name + ".")), None)


def outreach_plans(land: Landing, tried: list[Attempt]) -> list[Any]:
    """M-26: consent, frequency and opt-outs."""
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
    for metric, channel in (("M-20k", None), *CHANNELS):
        chosen = [(one, unit) for one, unit in units if channel in (None, one.channel)]
        reached = [Unit(unit.week, unit.at, unit.dimensions, float(bool(one.delivered))) for one, unit in chosen]
        plans.append((metric, reached, proportion, 24, False, ATTEMPT))
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

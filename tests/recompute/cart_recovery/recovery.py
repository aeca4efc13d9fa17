"""What became of the episodes: orders, revenue, calls and dimensions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .facts import (
    CHANNELS,
    DELAY,
    HIGH,
    LOW,
    REVENUE_CURRENCY,
    WEEK,
    Attempt,
    Episode,
    Landing,
    Order,
    attempts,
    episodes,
    seen,
)
from .world import AS_OF, HOUR, Row

ISSUES = ("CHK", "PRO", "PAY", "PRD", "DEL.OPTIONS")


def recovered_episodes(land: Landing, tried: list[Attempt], reasons: dict[str, Row]) -> list[Episode]:
    """Episodes with everything that the metrics count."""
    found = episodes(land)
    by_cart = {cart["cart_id"]: episode for episode in found for cart in episode.carts}
    for one in tried:
        episode = by_cart.get(one.row["cart_id"] or "")
        if episode and one.workflow == "cart_recovery":
            episode.attempts.append(one)
    for row in land.messages:
        if row["cart_id"] in by_cart:
            by_cart[row["cart_id"]].links.append(row)
    for call in cart_calls(land, tried):
        if call["cart"] in by_cart:
            by_cart[call["cart"]].calls.append(call)
    for episode in found:
        _assign(land, episode)
        _link(land, episode)
        _describe(land, episode, reasons)
    _attribute(found)
    return found


def cart_calls(land: Landing, tried: list[Attempt]) -> list[Row]:
    """Calls of the workflow or about a cart, with their cart and what came of them."""
    carts: dict[str, str] = {}
    for one in tried:
        if one.row["call_id"] and one.workflow == "cart_recovery" and one.row["cart_id"]:
            known = carts.get(one.row["call_id"], one.row["cart_id"])
            carts[one.row["call_id"]] = min(known, one.row["cart_id"])
    spoken = {row["call_id"] for row in land.turns if row["speaker"] == "customer" and row["text"].strip()}
    return [
        {**call, "cart": call["cart_id"] or carts.get(call_id), "is_engaged": _is_engaged(call, spoken),
         "disposition": _disposition(call, _is_engaged(call, spoken))}
        for call_id, call in land.calls.items()
    ]  # fmt: skip


def _is_engaged(call: Row, spoken: set[str]) -> bool:
    if call["status"] != "completed" or call["call_id"] not in spoken:
        return False
    return (call["ended_at"] - call["answered_at"]).total_seconds() >= 10


def _disposition(call: Row, is_engaged: bool) -> str:
    if not is_engaged:
        return "not_reached"
    if call["routing_decision"] == "escalated":
        return "routed"
    if (
        call["customer_confirmed_resolved"] is False
        or call["end_reason"] == "silence_timeout"
        or call["routing_decision"] == "retried"
    ):
        return "unanswered"
    return "nurtured" if call["routing_decision"] == "nurtured" else "answered"


def _assign(land: Landing, episode: Episode) -> None:
    customer = episode.first["customer_id"]
    for row in land.assignments:
        if row["customer_id"] == customer and row["assigned_at"] <= episode.eligible:
            episode.arm = row["arm"]
    episode.prior_orders = sum(
        row["customer_id"] == customer
        and row["placed_at"] < episode.at
        and (row["payment_status"] or "").lower() == "paid"
        for row in land.orders
    )
    # chats are the only contacts of this world: its calls go out to shoppers
    episode.prior_contacts = sum(
        row["customer_id"] == customer and timedelta(0) < episode.at - row["created_at"] <= timedelta(days=90)
        for row in land.tickets
    )


def _link(land: Landing, episode: Episode) -> None:
    customer = episode.first["customer_id"]
    tokens = {cart["checkout_token"] for cart in episode.carts} - {None}
    skus = {sku for cart in episode.carts for sku in cart["skus"]}
    same = [
        cart
        for cart in land.carts.values()
        if cart in episode.carts or (cart["checkout_token"] in tokens and cart["customer_id"] == customer)
    ]
    became = {
        cart.get("completed_order_id")
        for cart in same
        if cart.get("completed_at") is None or seen(cart["completed_at"])
    }
    codes = {
        row["discount_code"].upper()
        for row in [*land.messages, *land.attempts]
        if row["discount_code"] and row["cart_id"] in {cart["cart_id"] for cart in episode.carts}
    }
    for row in land.orders:
        if row["customer_id"] != customer:
            continue
        shares_article = any(item["sku"] in skus for item in land.items[row["order_id"]])
        if row["checkout_token"] in tokens or row["order_id"] in became or shares_article:
            used = {code.upper() for code in row["discount_codes"] or []}
            episode.linked.append(Order(row, row["placed_at"], _net_revenue(land, row), bool(used & codes)))


def _net_revenue(land: Landing, order: Row) -> float:
    back = sum(
        refund["amount"]
        for refund in land.refunds[order["order_id"]]
        if refund["currency"] == order["currency"]
        and seen(refund["paid_at"])
        and order["placed_at"] <= refund["paid_at"] <= order["placed_at"] + 720 * HOUR
    )
    return float(max(order["net"] - back, 0))


def _attribute(found: list[Episode]) -> None:
    """Each order goes to the episode that was worked on last before it."""
    claims: dict[str, list[tuple[Any, ...]]] = {}
    for episode in found:
        start = episode.first_attempt
        for order in episode.linked:
            if start and start < order.at <= start + WEEK:
                claim = (start, episode.at, episode, order)
                claims.setdefault(order.row["order_id"], []).append(claim)
    for rivals in claims.values():
        *_, episode, order = max(rivals, key=lambda claim: claim[:2])
        episode.attributed.append(order)


def _describe(land: Landing, episode: Episode, reasons: dict[str, Row]) -> None:
    customer = land.customers.get(episode.first["customer_id"], {})
    calls = sorted(episode.calls, key=lambda call: (not call["is_engaged"], call["started_at"], call["call_id"]))
    first = calls[0] if calls else None
    # every order item of the world names the category that all its lines have, or none
    categories = sorted(
        {
            item["category"]
            for lines in land.items.values()
            for item in lines
            if item["category"] and item["sku"] in episode.first["skus"]
        }
    )
    episode.dimensions = {
        "source": (first and first["source_system"]) or "unknown",
        "segment": customer.get("segment") or "unknown",
        "owner": owner_of(first),
        "outcome": outcome_of(episode),
        "region": customer.get("region") or "unknown",
        "product_category": categories[0] if categories else "unknown",
        "reason_code": reasons[first["call_id"]]["reason_code"] if first and first["is_engaged"] else "unknown",
        "phase": "unknown",
    }


def owner_of(call: Row | None) -> str:
    """Team of a call's owner."""
    if call is None:
        return "unknown"
    return {None: "ai", "u1": "Desk"}.get(call["owner_id"], "unknown")


def outcome_of(episode: Episode) -> str:
    """What outreach came to: the first that holds."""
    done = {call["disposition"] for call in episode.calls}
    if "routed" in done:
        return "escalated"
    if any(row["purpose"] == "checkout_link" and seen(row["delivered_at"]) for row in episode.links):
        return "link_sent"
    if "answered" in done:
        return "answered"
    if is_nurtured(episode) and episode.is_contacted:
        return "nurtured"
    if episode.is_contacted:
        return "contacted"
    return "not_reached" if episode.attempts else "not_contacted"


def is_nurtured(episode: Episode) -> bool:
    """Messages and no call, or a call that gave up to nurture."""
    by_phone = any(one.channel == "phone" for one in episode.attempts)
    return any(call["disposition"] == "nurtured" for call in episode.calls) or (bool(episode.attempts) and not by_phone)


def cart_segment(episode: Episode) -> str:
    """First of the four segments that holds."""
    cart = episode.first
    if cart["value"] >= HIGH.get(cart["currency"], float("inf")):
        return "high_value"
    if episode.prior_orders:
        return "repeat_customer"
    return "checkout_error" if cart["checkout_error_code"] else "casual"


__all__ = ["AS_OF", "CHANNELS", "DELAY", "LOW", "REVENUE_CURRENCY", "attempts", "cart_segment", "recovered_episodes"]

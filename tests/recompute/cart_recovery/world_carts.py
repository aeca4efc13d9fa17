"""Carts with their attempts, calls, messages and orders; many at the very edge of a window."""

from __future__ import annotations

from datetime import datetime, timedelta

from .world import EDGES, HOUR, SKUS, Row, World

SAYINGS = (
    "the shipping cost is far too high for me",
    "my card was declined at the checkout, it does not work",
    "does the jacket run small, which size should I take",
    "my discount code is not accepted",
    "which delivery options do you have for Norway",
    "I was only looking, maybe later",
    "what is your return policy, can I send it back",
    "the checkout page just spins and shows an error",
    "um",
)


def add_cart(world: World, number: int) -> None:
    """Make up a cart, its attempts and perhaps its order."""
    random = world.random
    customer = world.someone() if world.chance(0.97) else None
    abandoned = world.moment()
    skus = random.sample(SKUS, random.choice([1, 2]))
    cart = world.add(
        "carts",
        cart_id=f"K{number}",
        source_updated_at=abandoned,
        customer_id=customer,
        checkout_token=f"T{number}" if world.chance(0.8) else None,
        created_at=abandoned - HOUR,
        abandoned_at=abandoned if world.chance(0.97) else None,
        value=random.choice([20, 60, 150, 149.99, 400]),
        currency=random.choice(["EUR", "EUR", "EUR", "USD", "XAF"]),
        skus=skus,
        has_contact=random.choice([True, True, True, None, False]),
        checkout_error_code="E1" if world.chance(0.15) else None,
    )
    tried: list[datetime] = []
    if world.chance(0.75):
        moment = abandoned + timedelta(minutes=random.choice([15, 45, 600]))
        for attempt in range(random.choice([1, 1, 2, 4])):
            _attempt(world, cart, f"A{number}-{attempt}", moment)
            tried.append(moment)
            moment += random.choice([timedelta(hours=20), 168 * HOUR, timedelta(minutes=30)])
    if world.chance(0.15):
        # a second cart at the edge of the seven days in which it is merged
        world.add("carts", **{**cart, "cart_id": f"K{number}b", "checkout_token": None,
                              "created_at": abandoned, "abandoned_at": world.edge(abandoned, (168,)),
                              "checkout_error_code": None})  # fmt: skip
    if customer and world.chance(0.5):
        _recovery(world, cart, abandoned, tried)


def _recovery(world: World, cart: Row, abandoned: datetime, tried: list[datetime]) -> None:
    random = world.random
    if tried and world.chance(0.4):
        placed = world.edge(tried[0], EDGES[:3])
    elif world.chance(0.2):
        placed = world.edge(abandoned, EDGES)
    else:
        placed = abandoned + timedelta(seconds=random.randrange(60, 40 * 86400))
    order = f"O{cart['cart_id']}"
    way = random.choice(["sku", "token", "completed"])
    skus = cart["skus"] if way == "sku" else ["Z"]
    add_order(world, order, cart["customer_id"], placed, skus, cart["checkout_token"] if way == "token" else None,
           codes=random.choice([None, ["welcome"], [f"back-{cart['cart_id']}".upper()]]),
           currency=cart["currency"] if world.chance(0.85) else "GBP")  # fmt: skip
    if way == "completed":
        cart.update(completed_order_id=order, completed_at=placed, source_updated_at=placed)


def add_order(world: World, order: str, customer: str, placed: datetime, skus: list[str], token: str | None,
           codes: list[str] | None = None, currency: str = "EUR") -> None:  # fmt: skip
    """Keep an order with its lines and perhaps a refund."""
    random = world.random
    world.add(
        "orders",
        order_id=order,
        source_updated_at=placed,
        customer_id=customer,
        placed_at=placed,
        currency=currency,
        net=random.choice([50, 80.5, 120]),
        discount_codes=codes,
        checkout_token=token,
        payment_status=random.choice(["paid", "Paid", "pending", None]),
    )
    for line, sku in enumerate(skus, start=1):
        category = {"S": ("Toys", "Shoes", None)[int(sku[1:] or 0) % 3] if sku != "Z" else None}.get(sku[0])
        world.add("order_items", order_id=order, line_no=line, sku=sku, quantity=1, unit_price=5, category=category)
    if world.chance(0.25):
        paid = world.edge(placed, (720,)) if world.chance(0.5) else placed + timedelta(days=random.randrange(1, 25))
        world.add(
            "refunds",
            refund_id=f"R{order}",
            source_updated_at=placed,
            order_id=order,
            requested_at=placed + HOUR,
            paid_at=paid,
            amount=random.choice([10, 200]),
            currency=currency if world.chance(0.85) else "USD",
        )


def _attempt(world: World, cart: Row, attempt: str, moment: datetime) -> None:
    random = world.random
    channel = random.choice(["phone", "voice", "email", "sms", "whatsapp", "push"])
    reached = world.chance(0.7)
    code = f"Back-{cart['cart_id']}" if world.chance(0.5) else None
    call = f"call-{attempt}" if channel in ("phone", "voice") else None
    delivered = moment + timedelta(minutes=1) if reached and (call is None or world.chance(0.7)) else None
    world.add(
        "outreach_attempts",
        attempt_id=attempt,
        source_updated_at=moment,
        cart_id=cart["cart_id"] if world.chance(0.95) else None,
        incident_id="i1" if world.chance(0.04) else None,
        customer_id=cart["customer_id"] if world.chance(0.9) else None,
        channel=channel,
        attempted_at=moment,
        delivered_at=delivered,
        answered_at=moment + timedelta(minutes=2) if reached and call is None and world.chance(0.2) else None,
        call_id=call,
        discount_code=code,
    )
    if call:
        _call(world, cart, call, moment, reached)
    elif world.chance(0.7):
        world.add(
            "messages",
            message_id=f"M{attempt}",
            source_updated_at=moment,
            customer_id=cart["customer_id"],
            cart_id=cart["cart_id"],
            channel="email",
            purpose=random.choice(["checkout_link", "checkout_link", "reminder"]),
            sent_at=moment,
            delivered_at=moment + timedelta(minutes=1) if reached else None,
            clicked_at=moment + timedelta(hours=3) if reached and world.chance(0.5) else None,
            discount_code=code,
        )
    if reached and cart["customer_id"] and world.chance(0.1):
        world.add(
            "consents",
            customer_id=cart["customer_id"],
            channel=channel,
            valid_from=world.edge(delivered or moment, (168,)) if world.chance(0.4) else moment + timedelta(days=2),
            status="revoked",
        )


def _call(world: World, cart: Row, call: str, moment: datetime, reached: bool) -> None:
    random = world.random
    world.add(
        "calls",
        call_id=call,
        source_updated_at=moment,
        direction="outbound",
        workflow="cart_recovery",
        status="completed" if reached else "no_answer",
        started_at=moment,
        answered_at=moment + timedelta(seconds=5) if reached else None,
        ended_at=moment + timedelta(seconds=random.choice([14, 15, 90])) if reached else None,
        end_reason=random.choice(["user_disconnected", "user_disconnected", "silence_timeout"]) if reached else None,
        source_system=random.choice(["shopify", "woo", None]),
        customer_id=cart["customer_id"],
        cart_id=cart["cart_id"] if world.chance(0.5) else None,
        owner_id=random.choice([None, None, "u1", "nobody"]),
        routing_decision=random.choice([None, None, "escalated", "nurtured", "retried"]) if reached else None,
        customer_confirmed_resolved=random.choice([None, True, False]) if reached else None,
    )
    if not reached:
        return
    for number, speaker in enumerate(["ai", "customer"], start=1):
        text = random.choice(SAYINGS) if speaker == "customer" else "what kept you from ordering"
        world.add("call_turns", call_id=call, turn_no=number, speaker=speaker, text=text)
    if world.chance(0.12):
        world.add(
            "call_events",
            call_id=call,
            event_seq=1,
            event_at=moment + timedelta(seconds=9),
            event_type="consent_stated",
            name=random.choice(["opt_out", "consent", "opt_in"]),
            ok=random.choice([True, False]),
            payload=random.choice([None, {"channel": "sms"}, {"granted": False}]),
        )

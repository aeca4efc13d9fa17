"""Refunds of Shopify and Stripe: money, lines and goods apart, each told once however often it is sent."""

import json
from typing import Any

import pytest

from .conftest import Shop
from .test_vendor_formats import ORDER
from .vendor_bodies import CHARGE, stripe_event

LINE = {
    "id": 71,
    "line_item_id": 1,
    "quantity": 1,
    "restock_type": "return",
    "location_id": 6,
    "subtotal": 10.0,
    "total_tax": 1.9,
    "line_item": {"id": 1, "sku": "A"},
}
REFUND = {
    "id": 40,
    "order_id": 1001,
    "created_at": "2025-05-06T10:00:00Z",
    "processed_at": "2025-05-06T10:00:00Z",
    "refund_line_items": [
        LINE,
        LINE | {"id": 72, "line_item_id": 2, "restock_type": "cancel", "subtotal": "2.50", "line_item": {"sku": "B"}},
        LINE | {"id": 73, "restock_type": "no_restock", "total_tax": 0},
    ],
    "order_adjustments": [
        {"id": 1, "kind": "shipping_refund", "amount": "-3.90", "tax_amount": "-0.10"},
        {"id": 2, "kind": "refund_discrepancy", "amount": "5.30", "tax_amount": "0.00"},
    ],
    "transactions": [
        {"id": 8, "kind": "refund", "amount": "99.00", "currency": "EUR", "status": "failure"},
        {
            "id": 9, "kind": "refund", "amount": "25.00", "currency": "EUR", "status": "success",
            "processed_at": "2025-05-06T10:01:00Z",
        },
    ],
}  # fmt: skip


def put(shop: Shop, file: str, body: Any) -> None:
    shop.put(file, json.dumps(body))


def refunds(shop: Shop, columns: str = "amount, goods, shipping, adjustment") -> list[tuple]:
    shown = ", ".join(f"{column}::varchar" for column in columns.split(", "))
    return shop.rows(f"select {shown} from raw.all_refunds order by refund_id")


def test_lines_shipping_and_adjustments_stand_apart(shop: Shop) -> None:
    put(shop, "shopify_orders/o.json", ORDER | {"refunds": [REFUND]})
    shop.load()
    assert shop.quarantine() == []
    assert refunds(shop) == [("25.0000", "26.3000", "4.0000", "-5.3000")]
    assert shop.rows("select status, epoch_ms(paid_at) - epoch_ms(requested_at) from raw.all_refunds") == [
        ("success", 60_000)
    ]
    assert shop.rows(
        "select line_no, sku, quantity, amount::varchar, restock_type, warehouse_id "
        "from raw.all_refund_lines order by 1"
    ) == [
        (71, "A", 1.0, "11.9000", "return", "6"),
        (72, "B", 1.0, "4.4000", "cancel", "6"),
        (73, "A", 1.0, "10.0000", "no_restock", "6"),
    ]
    assert shop.rows("select return_id, line_no, order_id, sku, disposition, refund_id from raw.all_returns") == [
        ("40", 71, "1001", "A", "restocked", "40")
    ]


def test_goods_of_a_return_that_did_not_come_back(shop: Shop) -> None:
    put(shop, "shopify_orders/o.json", ORDER | {"refunds": [REFUND | {"return": {"id": 5}}]})
    shop.load()
    assert shop.rows("select line_no, return_id, disposition, received_at is null from raw.all_returns order by 1") == [
        (71, "5", "restocked", False),
        (73, "5", "not_restocked", True),
    ]


def test_an_order_sent_again_tells_its_refunds_once(shop: Shop) -> None:
    """orders/updated resends the whole list; refunds/create tells one of them alone; the files come in any order."""
    put(shop, "shopify_orders/1.json", ORDER | {"refunds": [REFUND]})
    second = REFUND | {"id": 41, "refund_line_items": [LINE | {"id": 80}]}
    put(shop, "shopify_orders/2.json", ORDER | {"refunds": [REFUND, second], "updated_at": "2025-05-07T10:00:00Z"})
    put(shop, "shopify_orders/3.json", {"refund": REFUND})
    shop.load()
    put(shop, "shopify_orders/4.json", ORDER | {"refunds": [REFUND, second], "updated_at": "2025-05-08T10:00:00Z"})
    shop.load()
    assert shop.quarantine() == []
    assert [amount for (amount,) in refunds(shop, "amount")] == ["25.0000", "25.0000"]
    assert shop.rows("select count(*), count(distinct (refund_id, line_no)) from raw.all_refund_lines") == [(4, 4)]
    assert shop.rows("select count(*) from raw.all_returns") == [(2,)]


def money_set(shop_amount: str, presented: str) -> dict:
    return {
        "shop_money": {"amount": shop_amount, "currency_code": "USD"},
        "presentment_money": {"amount": presented, "currency_code": "EUR"},
    }


def test_the_shop_s_currency_is_taken_where_all_tell_it(shop: Shop) -> None:
    paid = {"kind": "refund", "status": "success", "currency": "EUR", "created_at": "2025-05-06T10:01:00Z"}
    both = [paid | {"amount": "9.00", "amount_set": money_set("10.00", "9.00")}] * 2
    part = [both[0], paid | {"amount": "9.00"}]
    mixed = [paid | {"amount": "9.00"}, paid | {"amount": "9.00", "currency": "USD"}]
    lacking = [paid | {"amount": "9.00"}, paid]
    for n, transactions in enumerate((both, part, mixed, lacking)):
        body = {"id": n, "refunds": [REFUND | {"id": n, "order_id": n, "transactions": transactions}]}
        put(shop, f"shopify_orders/{n}.json", ORDER | body)
    shop.load()
    assert refunds(shop, "refund_id, amount, currency") == [("0", "20.0000", "USD"), ("1", "18.0000", "EUR")]
    assert [code for _, code in shop.quarantine()] == ["missing_value", "wrong_type"]


def test_a_sum_with_an_unreadable_part_is_refused(shop: Shop) -> None:
    """Shipping of 3.90 and 'free' is not 3.90."""
    put(shop, "shopify_orders/o.json", ORDER | {"shipping_lines": [{"price": "3.90"}, {"price": "free"}]})
    shop.load()
    assert shop.quarantine() == [(1, "wrong_type")]


@pytest.mark.parametrize("is_old", [True, False])
def test_stripe_refunds_and_disputes_without_an_order_are_kept(shop: Shop, is_old: bool) -> None:
    refund = {
        "id": "re_1", "object": "refund", "amount": 500, "currency": "eur", "created": 1746093700,
        "status": "succeeded",
        "charge": "ch_1", "payment_intent": "pi_1", "metadata": {},
    }  # fmt: skip
    dispute = {"id": "dp_1", "amount": 500, "currency": "eur", "created": 1746093800, "charge": {"id": "ch_1"}}
    charge = CHARGE | {"refunded": False, "refunds": {"object": "list", "data": [refund]}, "metadata": {}}
    told = stripe_event("charge.refunded", charge) if is_old else stripe_event("refund.created", refund)
    put(shop, "stripe_events/e.json", [told, stripe_event("charge.dispute.created", dispute)])
    shop.load()
    assert shop.quarantine() == []
    assert refunds(shop, "refund_id, order_id, payment_id, intent_id, amount") == [
        ("re_1", None, "ch_1", "pi_1", "5.0000")
    ]
    assert shop.rows("select count(*) from raw.all_refunds where paid_at = requested_at") == [(1,)]
    assert shop.rows("select order_id, payment_id from raw.all_disputes") == [(None, "ch_1")]
    # a charge paid back in part is still a payment
    assert shop.rows("select status from raw.all_payments") == ([("succeeded",)] if is_old else [])

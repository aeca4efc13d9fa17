"""Vendor folders: bodies in the documented shapes become rows of landing tables, each object counted once."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Shop

ORDER = {
    "id": 1001,
    "created_at": "2025-05-01T12:00:00+02:00",
    "updated_at": "2025-05-02T10:00:00Z",
    "currency": "eur",
    "subtotal_price": "20.00",
    "total_discounts": "2.50",
    "total_line_items_price": "22.50",
    "total_tax": 3.19,
    "financial_status": "paid",
    "fulfillment_status": "partial",
    "discount_codes": [{"code": "MAY", "amount": "2.50"}],
    "shipping_lines": [{"code": "STD", "price": "3.90"}, {"code": "BULKY", "price": "1.00"}],
    "customer": {"id": 77, "email": "Ann@Example.com ", "phone": None},
    "shipping_address": {"country_code": "DE", "province_code": "BY"},
    "line_items": [
        {"id": 1, "sku": "A", "price": "10.00", "quantity": 2},
        {"id": 2, "sku": "", "variant_id": 9, "price": "2.50", "quantity": 1},
    ],
    "fulfillments": [
        {
            "id": 9,
            "status": "success",
            "tracking_number": "1Z9",
            "tracking_company": "UPS",
            "created_at": "2025-05-02T10:00:00Z",
        },
        {"id": 8, "status": "failure", "tracking_number": "1Z8", "created_at": "2025-05-02T10:00:00Z"},
    ],
    "refunds": [
        {
            "id": 4,
            "created_at": "2025-05-03T10:00:00Z",
            "transactions": [
                {"kind": "refund", "amount": "5.00", "currency": "EUR", "status": "success"},
                {"kind": "refund", "amount": "2.25", "currency": "EUR", "status": "success"},
                {"kind": "void", "amount": "9.00", "currency": "EUR", "status": "success"},
            ],
        }
    ],
}
TRACKING = {
    "id": "t1",
    "tracking_number": "1Z9",
    "slug": "ups",
    "updated_at": "2025-05-04T11:00:00Z",
    "tag": "Exception",
    "expected_delivery": "2025-05-05",
    "checkpoints": [
        {"checkpoint_time": "2025-05-02T18:00:00", "tag": "InTransit", "subtag": "InTransit_002", "city": "Munich"},
        {"checkpoint_time": "2025-05-03T18:00:00+02:00", "tag": "Exception", "subtag": "Exception_004"},
        {"checkpoint_time": "2025-05-04T09:00:00Z", "tag": "InTransit", "subtag": "InTransit_099"},
        {"checkpoint_time": "2025-05-04T10:00:00Z", "raw_tag": "OT"},
    ],
}
TICKET = {
    "id": 5,
    "created_at": "2025-05-03T09:00:00Z",
    "updated_at": "2025-05-03T09:30:00Z",
    "via": {"channel": "email"},
    "requester_id": 77,
    "submitter_id": 77,
    "subject": "late",
    "description": "where is my parcel",
    "status": "open",
    "tags": ["late"],
    "custom_fields": [{"id": 3, "value": "x"}, {"id": "order_id", "value": "1001"}],
}


def put(shop: Shop, file: str, body: Any) -> None:
    shop.put(file, body if isinstance(body, str) else json.dumps(body))


def scans(shop: Shop) -> list[tuple]:
    return shop.rows("select status, epoch_ms(scanned_at) from raw.all_shipment_scans order by scanned_at")


@pytest.mark.requirement("SD067", "SD101")
def test_an_order_with_all_its_parts(shop: Shop) -> None:
    put(shop, "shopify_orders/page.json", {"orders": [ORDER]})
    result = shop.load()
    assert shop.account("shopify_orders/page.json") == (1, 1, 0, 0, 0, "loaded")
    assert shop.rows(
        "select order_id, customer_id, epoch_ms(placed_at), currency, gross::varchar, discount::varchar, net::varchar, "
        "shipping::varchar, tax::varchar, discount_codes, fulfillment_status, region, country from raw.all_orders"
    ) == [
        ("1001", "77", 1746093600000, "EUR", "22.5000", "2.5000", "20.0000", "4.9000", "3.1900", '["MAY"]',
         "partially_shipped", "BY", "DE")
    ]  # fmt: skip
    assert shop.rows("select line_no, sku, quantity, unit_price::varchar from raw.all_order_items order by 1") == [
        (1, "A", 2.0, "10.0000"),
        (2, "9", 1.0, "2.5000"),
    ]
    assert shop.rows("select shipment_id, order_id, carrier, service from raw.all_shipments") == [
        ("1Z9", "1001", "UPS", "STD")
    ]
    assert shop.rows("select refund_id, amount::varchar, currency from raw.all_refunds") == [("4", "7.2500", "EUR")]
    put(shop, "customers/c.jsonl", {"customer_id": "l", "source_updated_at": "2025-01-01", "email": "ann@example.com"})
    shop.load()
    assert shop.rows("select count(distinct email) from raw.all_customers") == [(1,)]
    assert result.changed_keys == {"customer": 1, "order": 1, "shipment": 1}


def test_a_tracking_gives_its_scans_and_fills_the_shipment(shop: Shop) -> None:
    put(shop, "shopify_orders/o.jsonl", ORDER)
    put(shop, "aftership_trackings/t.json", {"meta": {"code": 200}, "data": {"tracking": TRACKING}})
    shop.load()
    assert scans(shop) == [
        ("in_transit", 1746208800000),
        ("exception", 1746288000000),
        ("in_transit", 1746349200000),
        ("out_for_delivery", 1746352800000),
    ]
    assert shop.rows(
        "select order_id, carrier, final_status, promise_original_at::date::varchar from raw.all_shipments"
    ) == [("1001", "ups", "exception", "2025-05-05")]


def test_a_tracker_tells_more_with_the_detail_than_with_the_status(shop: Shop) -> None:
    details = [
        ("pre_transit", "status_update"),
        ("in_transit", "arrived_at_facility"),
        ("in_transit", "weather_delay"),
        ("return_to_sender", "return"),
        ("failure", "lost"),
        ("delivered", "arrived_at_destination"),
        ("mystery", "mystery"),
    ]
    tracker = {
        "id": "trk_1",
        "object": "Tracker",
        "tracking_code": "EZ1",
        "carrier": "USPS",
        "status": "delivered",
        "created_at": "2025-05-01T00:00:00Z",
        "tracking_details": [
            {"status": s, "status_detail": d, "datetime": f"2025-05-0{n}T00:00:00Z"}
            for n, (s, d) in enumerate(details, 1)
        ],
    }
    put(shop, "easypost_trackers/e.json", {"object": "Event", "description": "tracker.updated", "result": tracker})
    shop.load()
    assert [status for status, _ in scans(shop)] == [
        "info_received", "in_transit", "exception", "returning", "lost", "delivered",
    ]  # fmt: skip
    assert shop.quarantine("easypost_trackers/e.json") == [(1, "unknown_value")]
    assert shop.account("easypost_trackers/e.json") == (2, 1, 0, 0, 1, "loaded")
    assert shop.rows("select count(*) from raw.all_shipments") == [(0,)]


@pytest.mark.requirement("SD145")
@pytest.mark.requirement("SD102")
def test_a_ticket_its_newer_version_and_a_duplicate(shop: Shop) -> None:
    newer = TICKET | {"updated_at": "2025-05-04T00:00:00Z", "status": "solved", "via": {"channel": "carrier_pigeon"}}
    put(shop, "zendesk_tickets/2.json", {"ticket": newer})
    put(shop, "zendesk_tickets/1.jsonl.gz", json.dumps(TICKET) + "\n" + json.dumps(TICKET) + "\n")
    result = shop.load()
    assert shop.account("zendesk_tickets/1.jsonl.gz")[:5] == (2, 0, 1, 1, 0)
    assert shop.rows(
        "select ticket_id, order_id, status, channel, _extra ->> '$.unmapped.channel' from raw.all_tickets"
    ) == [("5", "1001", "solved", None, "carrier_pigeon")]
    assert result.drift == {"zendesk_tickets": ("channel=carrier_pigeon",)}


ENVELOPES: list[Callable[[dict], str]] = [
    lambda body: json.dumps(body),
    lambda body: json.dumps(body, indent=2),
    lambda body: json.dumps([body]),
    lambda body: "[\n" + json.dumps(body) + "\n]\n",
    lambda body: json.dumps({"ticket": body}),
    lambda body: json.dumps({"tickets": [body], "next_page": None, "count": 1}, indent=1),
    lambda body: json.dumps({"type": "zen:event-type:ticket.created", "detail": body}),
    lambda body: json.dumps({"received_at": "2025-05-05T00:00:00Z", "body": json.dumps({"ticket": body})}),
    lambda body: json.dumps({"body": {"tickets": [body]}}),
]


@pytest.mark.parametrize("ending", ["json", "json.gz", "jsonl", "ndjson"])
def test_every_envelope_in_every_file_form(shop: Shop, ending: str) -> None:
    for n, envelope in enumerate(ENVELOPES):
        shop.put(f"zendesk_tickets/{n}.{ending}", envelope(TICKET | {"id": n}))
    shop.load()
    assert shop.quarantine() == []
    assert shop.rows("select list(ticket_id order by ticket_id::int), list(distinct subject) from raw.all_tickets") == [
        ([str(n) for n in range(len(ENVELOPES))], ["late"])
    ]


def test_landed_rows_and_vendor_rows_the_newer_wins(shop: Shop) -> None:
    put(shop, "zendesk_tickets/t.jsonl", "\n".join(json.dumps(TICKET | {"id": n}) for n in (1, 2, 3)) + "\n")
    rows = [
        f"{n},{updated},2025-05-03T09:00:00Z,landed"
        for n, updated in ((1, "2025-05-03T09:29:59Z"), (2, "2025-05-03T09:30:00Z"), (4, "2025-05-01T00:00:00Z"))
    ]
    shop.put("tickets/t.csv", "ticket_id,source_updated_at,created_at,subject\n" + "\n".join(rows) + "\n")
    shop.load()
    assert shop.rows("select ticket_id, subject from raw.all_tickets order by 1") == [
        ("1", "late"), ("2", "landed"), ("3", "late"), ("4", "landed"),
    ]  # fmt: skip


def test_a_new_version_replaces_all_parts_of_the_old_one(shop: Shop) -> None:
    put(shop, "shopify_orders/1.json", ORDER)
    shop.load()
    put(
        shop, "shopify_orders/2.json", ORDER | {"updated_at": "2025-05-09T00:00:00Z", "line_items": [], "refunds": None}
    )
    shop.load()
    put(shop, "shopify_orders/3.json", ORDER | {"updated_at": "2025-05-08T00:00:00Z", "total_tax": "1"})
    shop.load()
    assert shop.rows("select count(*) from raw.all_order_items") == [(0,)]
    assert shop.rows("select count(*) from raw.all_refunds") == [(0,)]
    assert shop.rows("select tax::varchar from raw.all_orders") == [("3.1900",)]


def test_gzip_pages_and_order_of_arrival_do_not_matter(make_shop: Callable[[], Shop]) -> None:
    newer = ORDER | {"updated_at": "2025-05-09T00:00:00Z", "subtotal_price": "21.00"}
    seen = set()
    for first, second in ((ORDER, newer), (newer, ORDER)):
        shop = make_shop()
        shop.put("shopify_orders/a.json.gz", gzip.compress(b"") and json.dumps({"orders": [first]}))
        shop.load()
        shop.put("shopify_orders/b.json.gz", json.dumps([second]))
        shop.load()
        shop.load()
        seen.add(str(shop.rows("select order_id, net, _content_hash from raw.all_orders")))
        seen.add(
            str(shop.rows("select * exclude (_source_file, _file_id, _ingested_at, _run_id) from raw.all_order_items"))
        )
    assert len(seen) == 2

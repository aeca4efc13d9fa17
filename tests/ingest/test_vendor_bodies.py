"""Each vendor folder once through, and bodies that somebody broke: read or refused with a reason, never a crash."""

import copy
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.contracts import load_vendor_contracts

from .conftest import Shop
from .vendor_bodies import BODIES, CHARGE, GORGIAS, MESSAGE, OCR, stripe_event

REAL = Path(os.environ.get("WHYCALL_SHARED_DATA", Path(__file__).parents[3] / "shared/data")) / "vendors"


def put(shop: Shop, file: str, body: Any) -> None:
    shop.put(file, json.dumps(body))


@pytest.mark.requirement("SD068", "SD100", "SD103", "SD104")
def test_every_folder_is_read(shop: Shop) -> None:
    assert BODIES.keys() | {"dialnexa_webhooks", "dialnexa_export"} == load_vendor_contracts().keys()
    for folder, body in BODIES.items():
        put(shop, f"{folder}/a.json", body)
    result = shop.load()
    assert shop.quarantine() == []
    assert result.rows.keys() == BODIES.keys()
    assert result.drift == {}
    tables = (
        "calls", "carts", "customers", "documents", "incident_updates", "incidents", "messages", "order_items",
        "orders", "payments", "refunds", "shipment_scans", "shipments", "ticket_events", "tickets",
    )  # fmt: skip
    assert {t: shop.rows(f"select count(*) from raw.all_{t}")[0][0] for t in tables} == {
        "calls": 1, "carts": 1, "customers": 2, "documents": 1, "incident_updates": 3, "incidents": 1, "messages": 1,
        "order_items": 2, "orders": 1, "payments": 1, "refunds": 1, "shipment_scans": 5, "shipments": 1,
        "ticket_events": 2, "tickets": 2,
    }  # fmt: skip
    assert shop.rows(
        "select customer_id, channel, solved_at = closed_at, tags from raw.all_tickets where ticket_id = '12'"
    ) == [("77", "social", True, '["urgent"]')]
    assert shop.rows("select actor_type, field from raw.all_ticket_events order by event_id") == [
        ("customer", "message"),
        ("agent", "message"),
    ]
    assert shop.rows("select update_no, stage, body from raw.all_incident_updates order by 1") == [
        (1, "identified", "cause"),
        (2, "identified", "still looking"),
        (3, "resolved", "fixed"),
    ]
    assert shop.rows("select channel, sent_at < clicked_at, sent_at = delivered_at from raw.all_messages") == [
        ("sms", True, True)
    ]
    assert shop.rows("select tier, lifecycle_stage from raw.all_customers where customer_id = '51'") == [
        ("vip", "customer")
    ]
    assert shop.rows("select document_id, call_id, order_id, kind, ocr_status, ocr_text from raw.all_documents") == [
        ("d1", "c9", "1001", "receipt", "done", "TOTAL 12\npage two\nzone two")
    ]
    assert shop.rows("select value::varchar, skus, has_contact, completed_at from raw.all_carts") == [
        ("398.0000", '["A","B"]', True, None)
    ]


def test_minor_units_follow_the_currency(shop: Shop) -> None:
    amounts = [(1230, "eur"), (1230, "jpy"), (1230, "kwd"), ("12.30", "eur"), (12.5, "eur")]
    events = [
        stripe_event(
            "charge.succeeded", CHARGE | {"id": f"ch_{n}", "amount": amount, "currency": currency}, 1746093600 + n
        )
        for n, (amount, currency) in enumerate(amounts)
    ]
    put(shop, "stripe_events/e.json", {"object": "list", "data": events})
    shop.load()
    assert shop.rows("select amount::varchar from raw.all_payments order by payment_id") == [
        ("12.3000",),
        ("1230.0000",),
        ("1.2300",),
    ]
    assert shop.quarantine() == [(4, "wrong_type"), (5, "wrong_type")]
    assert shop.account("stripe_events/e.json")[:2] == (7, 5)


TIMES = {
    1746093600: 1746093600000,
    "1746093600": 1746093600000,
    1746093600500: 1746093600500,
    "Thu, 01 May 2025 12:00:00 +0200": 1746093600000,
    "Thu, 01 May 2025 10:00:00 GMT": 1746093600000,
    "2025-05-01 12:00:00 +0200": 1746093600000,
    "2025-05-01T12:00:00+02:00": 1746093600000,
    "2025-05-01 10:00:00 UTC": 1746093600000,
    20250501: None,
    "01/05/2025": None,
    "": None,
    True: None,
}


def test_times_are_read_in_every_form_or_refused(shop: Shop) -> None:
    put(shop, "gorgias_tickets/t.json", [MESSAGE | {"id": n, "created_datetime": told} for n, told in enumerate(TIMES)])
    shop.load()
    found = dict(shop.rows('select event_id, epoch_ms("at") from raw.all_ticket_events'))
    assert found == {f"message:{n}": seen for n, seen in enumerate(TIMES.values()) if seen}
    assert [row for row, _ in shop.quarantine()] == [n for n, seen in enumerate(TIMES.values(), 1) if seen is None]


def test_what_nobody_knows_is_kept_masked_and_told(shop: Shop) -> None:
    body = GORGIAS | {"mood": "angry", "reach_me": "at ann@example.com or +49 176 1234567", "mobile_phone": "0176"}
    put(shop, "gorgias_tickets/t.json", body)
    result = shop.load()
    assert result.drift == {"gorgias_tickets": ("mobile_phone", "mood", "reach_me")}
    extra = json.loads(shop.rows("select _extra from raw.all_tickets")[0][0])
    assert extra == {"mood": "angry", "reach_me": "at (e-mail) or (number)", "mobile_phone": "(withheld)"}


def test_an_answer_without_a_time_arrived_with_its_file(shop: Shop) -> None:
    path = shop.put("ocrwebservice_results/r.json", json.dumps(OCR["body"] | {"TaskDescription": None}))
    os.utime(path, (1746093600, 1746093600))
    shop.load()
    assert shop.rows("select epoch_ms(received_at), kind from raw.all_documents") == [(1746093600000, None)]


BROKEN = [
    None, True, 12, 12.75, -3, "", "text", "12,30", "$5.00", "2024-13-45T99:00:00Z", 1700000000000, [], {},
    {"a": {"b": 1}},
    [1, 2], [None], [[]], "a\0b", "\U0001f600'\"\\", "x" * 50_000, 1e308, 10**30, "null", "{", {"id": {"$oid": 1}},
]  # fmt: skip


def places(value: Any, place: tuple = ()) -> Iterator[tuple]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield (*place, key)
        yield from places(inner, (*place, key))


def broken(body: Any, place: tuple, value: Any) -> Any:
    body = copy.deepcopy(body)
    at = body
    for key in place[:-1]:
        at = at[key]
    if value is ...:
        del at[place[-1]]
    else:
        at[place[-1]] = value
    return body


def test_broken_bodies_are_read_or_refused_with_a_reason(shop: Shop) -> None:
    chance = random.Random(7)
    for folder, body in BODIES.items():
        spots = list(places(body))
        bodies = [broken(body, chance.choice(spots), chance.choice([*BROKEN, ..., ...])) for _ in range(60)]
        shop.put(f"{folder}/lines.jsonl", "".join(json.dumps(b) + "\n" for b in bodies[:30]))
        shop.put(f"{folder}/document.json", json.dumps(bodies[30:]))
    result = shop.load()
    assert result.reconciled
    assert shop.rows("select count(*) from ops.quarantine where coalesce(reason, '') = '' or reason_code is null") == [
        (0,)
    ]
    assert sum(counts["quarantined"] for counts in result.rows.values()) > 100
    views = [row[0] for row in shop.rows("select view_name from duckdb_views() where schema_name = 'raw'")]
    for view in views:
        shop.rows(f"select * from raw.{view}")


def test_files_that_are_no_json(shop: Shop) -> None:
    contents = [
        b"",
        b"\n\n",
        b"{",
        b"[1, 2",
        b"\xff\xfe{\x00",
        b"null",
        b'"text"',
        b"<html></html>",
        b'{"id": 1, "id": 2}',
        b"[]",
    ]
    for n, content in enumerate(contents):
        shop.put(f"zendesk_tickets/{n}.json", content)
    shop.put("zendesk_tickets/deep.json", "[" * 3000 + "]" * 3000)
    shop.load()
    assert shop.rows("select count(*) from raw.all_tickets") == [(0,)]
    empty = {file for (file,) in shop.rows("select file from ops.load_ledger where status = 'empty'")}
    assert empty == {"zendesk_tickets/0.json", "zendesk_tickets/1.json", "zendesk_tickets/9.json"}


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared vendor bodies are not on this machine")
def test_real_bodies_are_read_or_refused_with_a_reason(shop: Shop) -> None:
    chosen = {
        "shopify_orders": "payloads/shopify/*order*.json",
        "shopify_checkouts": "payloads/shopify/checkouts.json",
        "zendesk_tickets": "payloads/zendesk/*ticket*.json*",
        "gorgias_tickets": "payloads/gorgias/ticket*.json",
        "easypost_trackers": "carriers/easypost/test_*.json",
        "ocrwebservice_results": "payloads/ocrwebservice/*.json",
        "dialnexa_calls": "dialnexa/*.json",
    }
    for folder, pattern in chosen.items():
        for path in sorted(REAL.glob(pattern)):
            shop.put(f"{folder}/{path.name.removesuffix('.gz')}", path.read_bytes())
            os.utime(shop.landing / folder / path.name.removesuffix(".gz"), (1746093600, 1746093600))
    for path in shop.landing.rglob("*.json"):
        if path.read_bytes()[:2] == b"\x1f\x8b":
            path.rename(path.with_name(path.name + ".gz"))
    result = shop.load()
    loaded = {folder: counts["loaded"] for folder, counts in result.rows.items()}
    assert loaded["zendesk_tickets"] > 1000
    assert loaded["gorgias_tickets"] == 3
    assert loaded["ocrwebservice_results"] == 1
    assert loaded["shopify_orders"] >= 2
    assert shop.rows("select count(*) > 20 from raw.all_shipment_scans") == [(True,)]
    assert shop.rows("select count(*) from ops.quarantine where coalesce(reason, '') = ''") == [(0,)]

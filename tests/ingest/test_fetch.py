"""Live connectors against a server on this machine that behaves as the vendors' pages say."""

import json
import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.fetch import FetchError, connectors, fetch

from .conftest import Shop
from .test_vendor_formats import ORDER, TICKET


class Api:
    """What the server is to answer, and what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], Any]] = []
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    def answer(self, body: Any, code: int = 200, **headers: str) -> None:
        self.answers.append((code, headers, body))


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            api.asked.append({"path": parts.path} | {k: v[0] for k, v in parse_qs(parts.query).items()})
            api.headers.append(dict(self.headers))
            code, headers, body = api.answers.pop(0) if api.answers else (503, {}, {})
            self.send_response(code)
            for key, value in headers.items():
                self.send_header(key.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield api
    server.shutdown()
    server.server_close()


def pull(name: str, api: Api, shop: Shop, tmp_path: Path, waits: list[float] | None = None) -> int:
    told = connectors()[name]
    environment = {told["address"]: api.url + "/", told["secret"]: "s3cret"}
    return fetch(name, shop.landing, tmp_path / "state", environment, (waits if waits is not None else []).append)


def call(n: int) -> dict:
    return {"id": f"c{n}", "status": "completed", "createdAt": f"2025-05-01T10:{n % 60:02d}:00.000Z", "duration": 5}


def test_calls_by_page_and_the_next_time_only_what_is_new(api: Api, shop: Shop, tmp_path: Path) -> None:
    api.answer([call(n) for n in range(200)])
    api.answer({"data": [call(n) for n in range(200, 203)]})
    assert pull("dialnexa_calls", api, shop, tmp_path) == 2
    assert [(a["path"], a["page"], a.get("start_date")) for a in api.asked] == [
        ("/v1/calls", "1", None),
        ("/v1/calls", "2", None),
    ]
    assert api.headers[0]["Authorization"] == "Bearer s3cret"
    shop.load()
    assert shop.rows("select count(*) from raw.all_calls") == [(203,)]
    api.answer([])
    assert pull("dialnexa_calls", api, shop, tmp_path) == 0
    assert api.asked[-1]["start_date"] == "2025-04-30T10:59:00Z"


def test_it_waits_as_told_and_goes_on_where_it_was_cut_off(api: Api, shop: Shop, tmp_path: Path) -> None:
    waits: list[float] = []
    first = {"tickets": [TICKET], "after_cursor": "abc", "end_of_stream": False}
    api.answer({}, 429, Retry_After="7")
    api.answer({}, 429, Retry_After=formatdate(0, usegmt=True))
    api.answer({}, 500)
    api.answer(first)
    with pytest.raises(FetchError, match="answers 503, 6 times"):
        pull("zendesk_tickets", api, shop, tmp_path, waits)
    assert waits[:3] == [7.0, 0.0, 4.0]
    api.answer({"tickets": [TICKET | {"id": 6}], "after_cursor": "def", "end_of_stream": True})
    assert pull("zendesk_tickets", api, shop, tmp_path) == 1
    assert api.asked[-1]["cursor"] == "abc"
    api.answer({"tickets": [], "after_cursor": "def", "end_of_stream": True})
    assert pull("zendesk_tickets", api, shop, tmp_path) == 0
    assert api.asked[-1]["cursor"] == "def"
    assert api.asked[0]["start_time"] == "0"
    shop.load()
    assert shop.rows("select ticket_id from raw.all_tickets order by 1") == [("5",), ("6",)]


def test_orders_by_link_that_never_leads_elsewhere(api: Api, shop: Shop, tmp_path: Path) -> None:
    here = f"{api.url}/admin/api/2025-07/orders.json?limit=250&page_info=p2"
    api.answer({"orders": [ORDER]}, Link=f'<{api.url}/x?page_info=p0>; rel="previous", <{here}>; rel="next"')
    api.answer({"orders": [ORDER | {"id": 2}]}, Link='<http://127.0.0.2:1/steal?page_info=p3>; rel="next"')
    with pytest.raises(FetchError, match="another address"):
        pull("shopify_orders", api, shop, tmp_path)
    assert api.asked[1]["page_info"] == "p2"
    assert api.headers[0]["X-Shopify-Access-Token".title()] == "s3cret"
    shop.load()
    assert shop.rows("select count(*) from raw.all_orders") == [(2,)]


@pytest.mark.parametrize(
    ("code", "body", "told"),
    [
        (401, {}, "the secret is missing, wrong or lacks a permission"),
        (404, {}, "check the address"),
        (302, {}, "check the address"),
        (200, {"error": "x"}, "without a list of data or calls"),
        (200, {"data": None}, "without a list"),
    ],
)
def test_what_cannot_pass_is_told_at_once(
    api: Api, shop: Shop, tmp_path: Path, code: int, body: Any, told: str
) -> None:
    api.answer(body, code, Location="http://127.0.0.2:1/")
    with pytest.raises(FetchError, match=told):
        pull("dialnexa_calls", api, shop, tmp_path)
    assert len(api.asked) == 1
    assert list(shop.landing.rglob("*.json")) == []


def test_a_missing_secret_is_named(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"Set WHYCALL_DIALNEXA_URL in the environment\."):
        fetch("dialnexa_calls", shop.landing, tmp_path, {})

"""DialNexa's call lists and Call History exports are folded into the same calls as webhook deliveries."""

import json
from collections.abc import Callable

from .conftest import Shop
from .test_dialnexa import ENDED, INITIATED

RECORD = {
    "id": "c1",
    "call_direction": "outbound",
    "type": "phone",
    "status": "completed",
    "createdAt": "2025-05-02T10:21:15.945Z",
    "duration": "42",
    "sentiment": "negative",
    "end_reason": "user_disconnected",
    "metadata": {"order_id": "o1", "customer_id": "k1"},
}
EXPORT = (
    "Call ID,Status,Call Direction,Created At,Duration,From,To,Transcript,Customer Mood,Resolved\n"
    'c1,completed,outbound,2025-05-02T10:21:15.945Z,42,1,2,"Agent: Hi\nUser: yo",angry,true\n'
    "c2,no_answer,outbound,1746093600,,1,2,,,\n"
    "c3,completed,outbound,2025-05-02T10:21:15Z,soon,1,2,,,\n"
    ",completed,,,,,,,,\n"
)


def test_pages_lists_and_single_records(shop: Shop) -> None:
    pages = [
        {"data": [RECORD | {"id": "a"}], "page": 1},
        {"calls": [RECORD | {"id": "b"}]},
        [RECORD | {"id": "c"}],
        RECORD,
    ]
    for n, page in enumerate(pages):
        shop.put(f"dialnexa_calls/{n}.json", json.dumps(page, indent=n or None))
    shop.put("dialnexa_calls/error.json", '{"statusCode": 401, "message": ["no"], "error": "Unauthorized"}')
    shop.put("dialnexa_calls/empty.json", '{"data": [], "page": 9}')
    shop.load()
    assert shop.quarantine() == [(1, "unknown_object")]
    assert shop.rows("select call_id, order_id, channel, epoch_ms(ended_at) from raw.all_calls order by 1") == [
        (call, "o1", "phone", 1746181317945) for call in ("a", "b", "c", "c1")
    ]


def test_an_export_row_by_row(shop: Shop) -> None:
    shop.put("dialnexa_export/history.csv", EXPORT)
    shop.put("dialnexa_export/other.csv", "Name,Status\nx,completed\n")
    shop.load()
    assert shop.quarantine("dialnexa_export/history.csv") == [(5, "wrong_type"), (6, "missing_key")]
    assert shop.quarantine("dialnexa_export/other.csv") == [(2, "missing_column")]
    assert shop.rows(
        "select call_id, status, customer_confirmed_resolved, metadata ->> '$.analysis.customer_mood', "
        "epoch_ms(started_at) from raw.all_calls order by 1"
    ) == [("c1", "completed", True, "angry", 1746181275945), ("c2", "no_answer", None, None, 1746093600000)]
    assert shop.rows("select speaker, text from raw.all_call_turns order by turn_no") == [
        ("ai", "Hi"),
        ("customer", "yo"),
    ]


def test_all_three_ways_make_one_call_in_any_order(make_shop: Callable[[], Shop]) -> None:
    seen = set()
    files = {
        "dialnexa_webhooks/w.jsonl": json.dumps(INITIATED) + "\n" + json.dumps(ENDED) + "\n",
        "dialnexa_calls/c.json": json.dumps([RECORD]),
        "dialnexa_export/e.csv": EXPORT.split("c2,")[0],
    }
    for order in (list(files), list(files)[::-1]):
        shop = make_shop()
        for file in order:
            shop.put(file, files[file])
            shop.load()
        columns = "* exclude (_source_file, _file_id, _row_number, _ingested_at, _run_id)"
        seen.add(str(shop.rows(f"select {columns} from raw.all_calls")))
    assert len(seen) == 1
    assert "'o1'" in seen.pop()


def test_a_delivery_without_a_time_waits_for_a_record_that_tells_one(shop: Shop) -> None:
    shop.put("dialnexa_webhooks/w.jsonl", json.dumps(ENDED) + "\n")
    shop.load()
    assert shop.quarantine() == [(1, "no_start_time")]
    shop.put("dialnexa_calls/c.json", json.dumps([RECORD]))
    shop.load()
    assert shop.quarantine() == []
    assert shop.rows("select count(*) from raw.all_calls") == [(1,)]
    assert shop.account("dialnexa_webhooks/w.jsonl")[:5] == (1, 1, 0, 0, 0)

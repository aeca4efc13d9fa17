"""DialNexa's webhook deliveries: every generation of envelope and transcript, folded into one row per call."""

import hashlib
import hmac
import itertools
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from .conftest import Shop

FILE = "dialnexa_webhooks/a.jsonl"
INITIATED = {
    "event_type": "call_initiated",
    "payload": {
        "call": {
            "id": "c1",
            "direction": "outbound",
            "type": "phone_call",
            "category": "batch",
            "from_number": "12137771234",
            "to_number": "+1 (213) 777-1235",
            "status": "initiated",
            "agent_id": "a1",
            "initiated_at": "2025-05-02T10:21:15.945Z",
            "metadata": {"order_id": "o1", "customer_id": "k1", "workflow": "cart_recovery"},
        }
    },
}
ENDED = {
    "event_type": "call_ended",
    "payload": {
        "call": {
            "id": "c1",
            "direction": "outbound",
            "type": "phone_call",
            "status": "completed",
            "agent_id": "a1",
            "duration": "42",
            "transcript": "Agent: Hello. How are you?\nUser: Fine: my order 5 is late.\nAgent: I see.",
            "summary": "late",
            "hangup_reason": "user_disconnected",
            "post_call_analysis": {"resolved": True, "intent": "late order"},
            "recording_url": "https://example.com/r.mp3",
        },
        "call_transfer": {"destination": "+1 213 777 9999", "status": "hunt timeout"},
    },
}
ANALYSED = {
    "event": "call.analysis_ready",
    "session_id": "c1",
    "timestamp": "2025-05-02T10:25:00Z",
    "summary": "late order",
}


def put(shop: Shop, *deliveries: object, file: str = FILE) -> None:
    lines = (d if isinstance(d, str) else json.dumps(d) for d in deliveries)
    shop.put(file, "\n".join(lines) + "\n")


def calls(shop: Shop, columns: str) -> list[tuple]:
    return shop.rows(f"select {columns} from raw.all_calls order by call_id")


def test_deliveries_of_a_call_become_one_call(shop: Shop) -> None:
    put(shop, INITIATED, ENDED, ANALYSED, ENDED)
    result = shop.load()
    assert shop.account(FILE) == (4, 3, 1, 0, 0, "loaded")
    assert calls(
        shop,
        "call_id, direction, workflow, status, channel, customer_id, order_id, end_reason, summary, "
        "customer_confirmed_resolved, transfer_status, agent_id, intent_raw, talk_seconds",
    ) == [
        (
            "c1",
            "outbound",
            "cart_recovery",
            "completed",
            "phone",
            "k1",
            "o1",
            "user_disconnected",
            "late order",
            True,
            "hunt_timeout",
            "a1",
            "late order",
            42.0,
        )
    ]
    assert shop.rows(
        "select epoch_ms(started_at), epoch_ms(ended_at), transfer_at = ended_at, "
        "source_updated_at = timestamptz '2025-05-02T10:25:00Z' from raw.all_calls"
    ) == [(1746181275945, 1746181317945, True, True)]
    assert shop.rows("select turn_no, speaker, text from raw.all_call_turns order by 1") == [
        (1, "ai", "Hello. How are you?"),
        (2, "customer", "Fine: my order 5 is late."),
        (3, "ai", "I see."),
    ]
    assert result.changed_keys == {"call": 1, "customer": 1, "order": 1}


def test_the_order_of_deliveries_and_runs_does_not_matter(make_shop: Callable[[], Shop]) -> None:
    seen = set()
    for order in itertools.permutations([INITIATED, ENDED, ANALYSED]):
        one, three = make_shop(), make_shop()
        put(one, *order)
        one.load()
        for n, delivery in enumerate(order):
            put(three, delivery, file=f"dialnexa_webhooks/{n}.jsonl")
            three.load()
        for shop in (one, three):
            state = shop.rows(
                "select * exclude (_source_file, _file_id, _row_number, _ingested_at, _run_id) from raw.all_calls"
            ) + shop.rows("select call_id, turn_no, speaker, text from raw.all_call_turns order by 2")
            seen.add(str(state))
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("transcript", "turns"),
    [
        ("Agent: Hello. Customer: I am interested.", [("ai", "Hello."), ("customer", "I am interested.")]),
        (
            [
                {"role": "assistant", "content": "hi"},
                {"speaker": "caller", "text": "yo"},
                {"from": "bot", "message": "?"},
            ],
            [("ai", "hi"), ("customer", "yo"), ("ai", "?")],
        ),
        ({"Agent": "Hello", "User": "Bye"}, [("ai", "Hello"), ("customer", "Bye")]),
        ([{"role": "human_agent", "text": "I take over"}, {"role": "system", "text": "x"}], [("human", "I take over")]),
        ("", []),
        ([], []),
    ],
)
def test_forms_of_transcripts(shop: Shop, transcript: object, turns: list) -> None:
    put(shop, {"id": "c", "status": "completed", "createdAt": "2025-05-01T00:00:00Z", "transcript": transcript})
    shop.load()
    found = shop.rows("select turn_no, speaker, text from raw.all_call_turns order by 1")
    assert found == [(n, *turn) for n, turn in enumerate(turns, 1)]
    assert len(calls(shop, "1")) == 1


def test_numbers_are_kept_as_hashes_only(shop: Shop) -> None:
    put(shop, INITIATED, ENDED)
    shop.put("customers/a.csv", "customer_id,source_updated_at,phone\nk1,2025-01-01,0012137771235\n")
    shop.load()
    assert shop.rows(
        "select calls.phone = customers.phone, len(calls.phone) from raw.all_calls as calls, raw.customers"
    ) == [(True, 64)]
    for table in ("dialnexa_deliveries", "dialnexa__calls"):
        assert "777" not in str(
            shop.rows(f"select columns(c -> c not like '%hash%' and c not like '%\\_key' escape '\\') from raw.{table}")
        ).replace(shop.rows("select phone from raw.customers")[0][0], "").replace(
            shop.rows("select transfer_target from raw.all_calls")[0][0], ""
        ).replace(shop.rows("select from_number from raw.dialnexa_deliveries where from_number is not null")[0][0], "")


def test_verification_is_counted_and_ignored(shop: Shop) -> None:
    put(shop, {"event_type": "verification", "message": "x", "timestamp": "2025-01-01T00:00:00Z"})
    shop.load()
    assert shop.account(FILE) == (1, 1, 0, 0, 0, "loaded")
    assert calls(shop, "1") == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"event_type": "call_ended", "payload": {"call": {"status": "completed"}}}, "missing_key"),
        ("not json", "unreadable_line"),
        ({"body": "not json", "received_at": "2025-01-01"}, "unreadable_line"),
        ({"call_id": "c", "createdAt": "31.12.2025"}, "wrong_type"),
        ({"call_id": "c", "createdAt": "2025-01-01", "duration": -1}, "negative_value"),
        ({"call_id": "c", "resolved": True, "needs_human_follow_up": True}, "contradiction"),
        ({"call_id": "c", "status": "completed"}, "no_start_time"),
    ],
)
def test_deliveries_that_end_in_the_quarantine(shop: Shop, line: object, code: str) -> None:
    put(shop, line)
    shop.load()
    assert shop.quarantine() == [(1, code)]
    assert shop.account(FILE) == (1, 0, 0, 0, 1, "quarantined")
    assert calls(shop, "1") == []


def test_a_delivery_without_a_time_waits_for_one(shop: Shop) -> None:
    put(shop, {"call_id": "c1", "status": "completed", "summary": "s", "duration": 60}, file=FILE)
    shop.load()
    assert shop.account(FILE)[4] == 1
    put(shop, INITIATED, file="dialnexa_webhooks/b.jsonl")
    shop.load()
    assert shop.account(FILE) == (1, 1, 0, 0, 0, "loaded")
    assert shop.quarantine() == []
    assert calls(shop, "status, summary, epoch(ended_at - started_at)") == [("completed", "s", 60.0)]


def test_a_contradiction_in_the_analysis_keeps_the_call_without_outcome(shop: Shop) -> None:
    bad = json.loads(json.dumps(ENDED))
    bad["payload"]["call"]["post_call_analysis"] = {"resolved": True, "needs_human_follow_up": True}
    put(shop, INITIATED, bad)
    shop.load()
    assert calls(
        shop, "status, customer_confirmed_resolved, routing_decision, metadata ->> 'outcome_contradiction'"
    ) == [("completed", None, None, "true")]


def test_outcome_posts(shop: Shop) -> None:
    post = {"call_id": "c1", "resolved": False, "needs_human_follow_up": True, "outcome": "do_not_call"}
    put(shop, INITIATED, ENDED, post)
    shop.load()
    assert calls(shop, "customer_confirmed_resolved, routing_decision") == [(False, "sent_to_review")]
    assert shop.rows("select epoch(valid_from) from raw.all_consents") == [(1746181275.945 + 42,)]
    put(shop, post | {"timestamp": "2025-05-03T00:00:00Z"}, file="dialnexa_webhooks/b.jsonl")
    shop.load()
    assert shop.rows(
        "select customer_id, channel, status, call_id, valid_from::date::varchar from raw.all_consents"
    ) == [("k1", "voice", "revoked", "c1", "2025-05-03")]


SECRET = b"hush"


def signed(body: str, over: str | None = None) -> dict[str, str]:
    digest = hmac.new(SECRET, (over or body).encode(), hashlib.sha256).hexdigest()
    return {"received_at": "2025-05-02T10:30:00Z", "signature": digest, "body": body}


def test_signatures(shop: Shop) -> None:
    body = json.dumps(ENDED, indent=1)
    inner = json.dumps(ENDED["payload"], separators=(",", ":"))
    put(
        shop,
        signed(body),
        signed(body, inner),
        signed(body) | {"signature": "sha256=" + signed(body)["signature"].upper()},
        signed(body) | {"signature": "0" * 64},
        {"body": body},
        ENDED,
    )
    shop.load(dialnexa_secret=SECRET)
    assert shop.quarantine() == [(n, "bad_signature") for n in (4, 5, 6)]
    assert shop.account(FILE) == (6, 1, 2, 0, 3, "loaded")
    assert calls(shop, "epoch(started_at)") == [(1746181800 - 42,)]


def test_without_a_secret_signatures_are_not_looked_at(shop: Shop) -> None:
    put(shop, signed(json.dumps(ENDED)) | {"signature": "0"}, {"body": json.dumps(INITIATED)})
    shop.load()
    assert shop.account(FILE) == (2, 2, 0, 0, 0, "loaded")


def test_erasure_reaches_the_kept_deliveries(shop: Shop) -> None:
    put(shop, INITIATED, ENDED)
    shop.load()
    put(
        shop,
        {"call_id": "c1", "sensitive_delete": True, "timestamp": "2025-05-09T00:00:00Z"},
        file="dialnexa_webhooks/b.jsonl",
    )
    shop.load()
    assert calls(shop, "summary, recording_url") == [(None, None)]
    assert shop.rows("select count(*) from raw.all_call_turns") == [(0,)]
    assert shop.rows("select count(transcript), count(summary) from raw.dialnexa_deliveries") == [(0, 0)]


def test_landed_and_vendor_rows_of_one_call(shop: Shop) -> None:
    put(shop, INITIATED, ENDED)
    row = "c1,{},inbound,order_support,completed,2025-05-02T10:00:00Z\n"
    header = "call_id,source_updated_at,direction,workflow,status,started_at\n"
    shop.put("calls/a.csv", header + row.format("2025-05-01T00:00:00Z"))
    shop.put("call_turns/a.csv", "call_id,turn_no,speaker,text\nc1,1,ai,landed\nzz,1,ai,alone\n")
    shop.load()
    assert calls(shop, "direction") == [("outbound",)]
    assert shop.rows("select call_id, count(*) from raw.all_call_turns group by all order by 1") == [
        ("c1", 3),
        ("zz", 1),
    ]
    shop.put("calls/b.csv", header + row.format("2025-05-09T00:00:00Z"))
    shop.load()
    assert calls(shop, "direction") == [("inbound",)]
    assert shop.rows("select text from raw.all_call_turns where call_id = 'c1'") == [("landed",)]


SAMPLES = Path(os.environ.get("WHYCALL_SHARED_DATA", Path(__file__).parents[3] / "shared/data")) / "vendors/dialnexa"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared vendor samples are not on this machine")
def test_real_samples(shop: Shop) -> None:
    samples = {p.stem: json.loads(p.read_text()) for p in sorted(SAMPLES.glob("*.json"))}
    put(shop, *samples.values())
    shop.load(now=datetime(2026, 9, 1, tzinfo=UTC))
    assert shop.account(FILE) == (6, 6, 0, 0, 0, "loaded")
    assert calls(shop, "call_id, status, direction, end_reason") == [
        ("call_abc123", "completed", "outbound", None),
        ("call_abc123xyz", "hangup", "outbound", "user_did_not_pick_up"),
        ("sess_xxxxxxxx", "completed", "inbound", None),
    ]


def ended(**fields: object) -> dict:
    call = {"id": "c1", "initiated_at": "2025-05-02T10:00:00Z", "status": "completed", "duration": 60}
    return {"event_type": "call_ended", "payload": {"call": call | fields}}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (ended(duration=1e300), "out_of_range"),
        (ended(duration="1e12"), "out_of_range"),
        ('{"event": "a", "Event": "b", ' + json.dumps(ended())[1:], "unreadable_line"),
        ({"body": '{"event": "a", "event": "b", "call_id": "c1"}'}, "unreadable_line"),
        (
            json.dumps(ended(deep=0)).replace('"deep": 0', '"deep": ' + '{"a": [{}, ' * 60 + "1" + "]}" * 60),
            "unreadable_line",
        ),
        (json.dumps(ended(deep=0)).replace('"deep": 0', '"deep": ' + "[" * 500_000 + "]" * 500_000), "unreadable_line"),
    ],
)
def test_bodies_that_would_stop_the_engine(shop: Shop, line: object, code: str) -> None:
    put(shop, INITIATED, line)
    shop.load()
    assert shop.quarantine() == [(2, code)]


def test_the_start_is_told_by_the_first_delivery_or_by_the_end_less_the_duration(shop: Shop) -> None:
    started = {"event": "call.started", "session_id": "s1"}
    over = {"event": "call.ended", "session_id": "s1", "duration": 60}
    put(shop, {"received_at": "2025-05-02T10:00:00Z", "body": json.dumps(started)})
    shop.load()
    assert calls(shop, "epoch(started_at)") == [(1746180000,)]
    put(shop, {"received_at": "2025-05-02T10:01:30Z", "body": json.dumps(over)}, file="dialnexa_webhooks/b.jsonl")
    shop.load()
    assert calls(shop, "epoch(started_at), epoch(ended_at)") == [(1746180000, 1746180060)]


def test_the_answer_of_a_transfer_is_not_the_answer_of_the_call(shop: Shop) -> None:
    line = ended()
    line["payload"]["call_transfer"] = {"status": "connected", "answered_at": "2025-05-02T10:00:40Z"}
    put(shop, line)
    shop.load()
    assert calls(shop, "answered_at = started_at, transfer_status") == [(True, "connected")]


def test_an_opt_out_in_the_analysis(shop: Shop) -> None:
    put(shop, ended(metadata={"customer_id": "k1"}, post_call_analysis={"outcome": "do_not_call"}))
    shop.load()
    assert shop.rows("select customer_id, epoch(valid_from) from raw.all_consents") == [("k1", 1746180060)]


def test_empty_text_does_not_hide_another_name(shop: Shop) -> None:
    put(
        shop,
        ended(
            end_reason="", hangup_reason="user_busy", post_call_analysis="", analysis={"json_output": {"intent": "i"}}
        ),
    )
    shop.load()
    assert calls(shop, "end_reason, intent_raw") == [("user_busy", "i")]


ERASED = {"call_id": "c1", "sensitive_delete": True, "timestamp": "2025-05-09T00:00:00Z"}


def test_erasure_leaves_no_word_and_does_not_depend_on_the_runs(make_shop: Callable[[], Shop]) -> None:
    words = ended(
        transcript="User: secret",
        transcript_with_tools=["secret"],
        post_call_analysis={"intent": "secret", "order_id": "o1"},
    )
    found = []
    for order in itertools.permutations((words, ERASED, ANALYSED)):
        shop = make_shop()
        for n, line in enumerate(order):
            put(shop, line, file=f"dialnexa_webhooks/{n}.jsonl")
            shop.load()
        found.append(calls(shop, "order_id, intent_raw, summary, status"))
        for (table,) in shop.rows("select table_name from duckdb_tables() where schema_name = 'raw'"):
            assert shop.rows(f"select count(*) from raw.{table} as t where t::varchar like '%secret%'") == [(0,)]
    assert found == [[("o1", None, None, "completed")]] * 6


def test_erasure_of_a_waiting_delivery(shop: Shop) -> None:
    put(shop, {"call_id": "c1", "transcript": "User: secret", "sensitive_delete": True})
    shop.load()
    assert shop.rows("select count(*), count(*) filter (raw_row like '%secret%') from ops.quarantine") == [(1, 0)]

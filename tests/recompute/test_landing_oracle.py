"""The oracle over whole landing folders: one written by hand, one generated."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .landing_ledger import read_landing
from .messy_world import AS_OF, write_world
from .metric_cells import ALL, Cell
from .oracle import Recomputed, StatedReasons, recompute

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MONDAY = datetime(2024, 5, 6, 9, 0, tzinfo=UTC)


def write_rows(landing: Path, source: str, rows: list[dict[str, Any]]) -> None:
    """One JSON lines file of a source."""
    folder = landing / source
    folder.mkdir(parents=True)
    (folder / "rows.jsonl").write_text("".join(json.dumps(row, default=str) + "\n" for row in rows))


def call(call_id: str, hours: float, **values: Any) -> dict[str, Any]:
    """An engaged inbound call of customer k, one minute long, some hours after Monday nine."""
    started = MONDAY + timedelta(hours=hours)
    usual = {"call_id": call_id, "direction": "inbound", "workflow": "order_support"}
    usual |= {"status": "completed", "customer_id": "k"}
    times = {"started_at": started, "ended_at": started + timedelta(minutes=1)}
    times["source_updated_at"] = started + timedelta(hours=1)
    moments = {name: moment.isoformat() for name, moment in times.items()}
    return {**usual, **moments, **values}


@pytest.fixture
def by_hand(tmp_path: Path) -> Recomputed:
    """Six calls and two tickets of one customer, nine days after the first call.

    a (hour 0, order o) is answered; b (hour 10, o) fails; c (60 s after the end of b, o)
    reconnects; d (hour 20, another order); leg (hour 21) is a leg of d; e (hour 190, no order).
    Ticket t (hour 30, e-mail, no order) is a contact, ticket p (hour 2, phone) is none.
    """
    write_rows(
        tmp_path,
        "calls",
        [
            call("a", 0, order_id="o"),
            call("b", 10, order_id="o", end_reason="network_failure"),
            call("c", 10 + 2 / 60, order_id="o"),
            call("d", 20, order_id="other"),
            call("leg", 21, order_id="o", parent_call_id="d"),
            call("e", 190),
        ],
    )
    names = ("a", "b", "c", "d", "leg", "e")
    turns = [{"call_id": name, "turn_no": 1, "speaker": "customer", "text": "hi"} for name in names]
    write_rows(tmp_path, "call_turns", turns)
    tickets = []
    for ticket_id, hours, channel in (("t", 30, "email"), ("p", 2, "phone")):
        created = (MONDAY + timedelta(hours=hours)).isoformat()
        tickets.append(
            {"ticket_id": ticket_id, "source_updated_at": created, "created_at": created}
            | {"channel": channel, "customer_id": "k"}
        )
    write_rows(tmp_path, "tickets", tickets)
    groups = {("call", "a"): "WISMO", ("ticket", "t"): "WISMO", ("call", "e"): "WISMO"}
    as_of = MONDAY + timedelta(days=9)
    return recompute(tmp_path, as_of, "UTC", StatedReasons(groups=groups), NOW)


def cell(recomputed: Recomputed, metric: str, week: date) -> Cell:
    """The cell of a metric over everything."""
    return recomputed.cells[metric, week, "all", (ALL,) * 11]


def test_repeats_by_hand(by_hand: Recomputed) -> None:
    """Delays in hours: c is a reconnect and repeats nothing, legs are no contacts."""
    hours = {
        contact.contact_id: tuple(
            None if after is None else round(after / timedelta(hours=1), 3)
            for after in (contact.any_after, contact.same_issue_after)
        )
        for contact in by_hand.world.contacts
    }
    assert hours == {
        "a": (10, 10),
        "b": (10, None),
        "c": (pytest.approx(9.967, abs=1e-3), None),
        "d": (10, None),
        "t": (160, 160),
        "e": (None, None),
    }


def test_metrics_by_hand(by_hand: Recomputed) -> None:
    """As of hour 216 the first week is final, the second is not."""
    first, second = date(2024, 5, 6), date(2024, 5, 13)
    repeats = cell(by_hand, "M-04", first)
    assert (repeats.numerator, repeats.denominator, repeats.maturity) == (2, 5, "final")
    assert cell(by_hand, "M-04any", first).value == 1
    assert cell(by_hand, "M-04", second).maturity == "provisional"
    assert cell(by_hand, "M-01b", first).value == pytest.approx(4 / 5)
    # a came back; b failed; c, d and the leg hold
    assert cell(by_hand, "M-01c", first).value == pytest.approx(3 / 5)
    # t has no order and so counts for none of the calls about an order
    assert cell(by_hand, "M-07a", first).value == 1


def test_every_row_ends_in_one_place(tmp_path: Path) -> None:
    """One file of each kind, counted by hand."""
    header = "Customer_ID,source_updated_at,segment,first_order_at\r\n"
    lines = [
        "a,2024-01-01T10:00:00Z,new,\r\n",
        "\r\n",
        'b,2024-01-01T10:00:00,"two\nlines",\r\n',
        "c,2024-01-01T10:00:00Z,new,1999-12-31T23:59:59Z\r\n",
        ",2024-01-01T10:00:00Z,new,\r\n",
        "d,2024-01-01T10:00:00Z\r\n",
        'e,"cut in the middle',
    ]
    folder = tmp_path / "customers"
    folder.mkdir()
    (folder / "a.csv").write_bytes(b"\xef\xbb\xbf" + (header + "".join(lines)).encode())
    again = '{"customer_id": "a", "source_updated_at": "2024-01-01T11:00:00+01:00", "segment": "new"}\n'
    newer = '{"CUSTOMER_ID": "b", "source_updated_at": "2024-01-02T00:00:00Z"}\n\nnot json\n'
    (folder / "b.jsonl.gz").write_bytes(gzip.compress((again + newer).encode()))
    result = read_landing(tmp_path, NOW)["customers"]
    assert result.totals == {
        "rows_read": 9,
        "loaded": 2,
        "duplicate": 1,
        "superseded": 1,
        "quarantined": 5,
    }
    assert sorted(result.quarantined) == [
        ("customers/a.csv", 6),
        ("customers/a.csv", 7),
        ("customers/a.csv", 8),
        ("customers/a.csv", 9),
        ("customers/b.jsonl.gz", 4),
    ]


def test_the_messy_world_is_messy_and_the_same_each_time(tmp_path: Path) -> None:
    """The generator reaches every state, outcome and kind of contact, and repeats itself."""
    for name in ("one", "two"):
        write_world(tmp_path / name, seed=3, calls=250)
    first, second = (recompute(tmp_path / name, AS_OF, "Europe/Berlin", now=NOW) for name in ("one", "two"))
    assert first.cells == second.cells
    for state in ("loaded", "duplicate", "superseded", "quarantined"):
        assert all(first.ledger[name].totals[state] for name in ("calls", "tickets", "shipments")), state
    assert len({fact.outcome for fact in first.world.calls}) == 7
    contacts = first.world.contacts
    assert {contact.kind for contact in contacts} == {"call", "ticket"}
    assert any(contact.is_reconnect for contact in contacts)
    maturities = {cell.maturity for key, cell in first.cells.items() if key[0] == "M-04"}
    assert maturities == {"final", "provisional"}

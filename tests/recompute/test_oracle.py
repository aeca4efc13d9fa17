"""The oracle itself, against figures worked out by hand."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .call_facts import call_outcome, eligibility, handle_seconds, linked_tickets, week_start
from .contacts import Contact, is_same_issue
from .intervals import (
    Survival,
    event_interval,
    quantile,
    survival_at,
    survival_steps,
    time_to_share,
    wilson,
)
from .landing_schema import SOURCES
from .order_facts import OrderBook

NOON = datetime(2024, 5, 6, 12, 0, tzinfo=UTC)


def row_of(source: str, **values: Any) -> dict[str, Any]:
    """A typed row with nothing but the given values."""
    return dict.fromkeys((column.name for column in SOURCES[source].columns), None) | values


def call(**values: Any) -> dict[str, Any]:
    """A completed inbound call of one minute."""
    usual = {"call_id": "c", "direction": "inbound", "status": "completed", "started_at": NOON}
    return row_of("calls", **{**usual, "ended_at": NOON + timedelta(minutes=1), **values})


def test_wilson_by_hand() -> None:
    """35 of 50: the interval that metrics.md prints as 56 to 81 %."""
    low, high = wilson(35, 50) or (0.0, 0.0)
    assert low == pytest.approx(0.5625, abs=5e-4)
    assert high == pytest.approx(0.8090, abs=5e-4)
    # with no success the upper end is z^2 / (n + z^2)
    low, high = wilson(0, 10) or (1.0, 1.0)
    assert low == pytest.approx(0, abs=1e-12)
    assert high == pytest.approx(3.8414588 / 13.8414588)
    assert wilson(0, 0) is None


def test_kaplan_meier_by_hand() -> None:
    """Events at 2, 4 (twice) and 9; censored at 3, 4 and 12."""
    observed = [(2, True), (3, False), (4, True), (4, True), (4, False), (9, True), (12, False)]
    steps = survival_steps(observed)
    assert [time for time, _, _ in steps] == [2, 4, 9]
    # 6/7, then 5 at risk of whom 2: 6/7 * 3/5 = 18/35, then 2 at risk of whom 1: 9/35
    assert [survival for _, survival, _ in steps] == pytest.approx([6 / 7, 18 / 35, 9 / 35])
    assert steps[-1][2] == pytest.approx(1 / 42 + 2 / 15 + 1 / 2)
    assert survival_at(observed, 8).survival == pytest.approx(18 / 35)
    assert survival_at(observed, 9).survival == pytest.approx(9 / 35)
    assert time_to_share(observed, 0.5) == 9
    assert time_to_share(observed, 0.9) is None


def test_median_at_exactly_one_half() -> None:
    """Two of four: the curve stands on one half from the second event on."""
    assert time_to_share([(1, True), (5, True), (6, False), (7, False)], 0.5) == 5


def test_greenwood_log_log_by_hand() -> None:
    """S = 0.8 with a Greenwood sum of 0.0025: theta = 1.96 * 0.05 / |ln 0.8| = 0.43917."""
    low, high = event_interval(Survival(0.8, 0.0025)) or (0.0, 0.0)
    assert low == pytest.approx(1 - 0.8 ** math.exp(-0.439169), abs=1e-5)
    assert high == pytest.approx(1 - 0.8 ** math.exp(0.439169), abs=1e-5)
    assert low < 0.2 < high
    assert event_interval(Survival(1.0, 0.0)) is None


def test_quantile_interpolates() -> None:
    """The 90 % point of 1..5 lies 0.6 of the way from 4 to 5."""
    assert quantile([5, 1, 4, 2, 3], 0.9) == pytest.approx(4.6)


@pytest.mark.parametrize(
    ("values", "ticket", "callback", "outcome"),
    [
        ({"end_reason": "network_failure", "transfer_at": NOON}, True, True, "system_failure"),
        ({"transfer_at": NOON, "transfer_status": "no_answer"}, False, False, "system_failure"),
        ({"transfer_status": "no_answer"}, False, False, "resolved_assumed"),
        ({"transfer_at": NOON, "routing_decision": "escalated"}, True, False, "transferred_human"),
        (
            {"transfer_at": NOON, "transfer_status": "customer_disconnected"},
            0,
            0,
            "transferred_human",
        ),
        (
            {"routing_decision": "sent_to_review", "customer_confirmed_resolved": True},
            0,
            0,
            "deferred_human",
        ),
        ({"customer_confirmed_resolved": True}, True, False, "deferred_human"),
        ({"end_reason": "max_duration"}, False, True, "deferred_human"),
        (
            {"end_reason": "max_duration", "customer_confirmed_resolved": True},
            0,
            0,
            "contained_unresolved",
        ),
        ({"customer_confirmed_resolved": False}, False, False, "contained_unresolved"),
        ({"routing_decision": "retried"}, False, False, "contained_unresolved"),
        ({"customer_confirmed_resolved": True}, False, False, "resolved_confirmed"),
        ({}, False, False, "resolved_assumed"),
    ],
)
def test_outcome_takes_the_first_rule(values: dict[str, Any], ticket: bool, callback: bool, outcome: str) -> None:
    """The six rules in their order."""
    assert call_outcome(call(**values), bool(ticket), bool(callback)) == outcome


@pytest.mark.parametrize(
    ("values", "text", "rungs"),
    [
        ({}, "hello", 5),
        ({}, " \t", 4),
        ({"ended_at": NOON + timedelta(seconds=9.999)}, "hello", 4),
        ({"ended_at": NOON + timedelta(seconds=10)}, "hello", 5),
        ({"answered_at": NOON + timedelta(seconds=55)}, "hello", 4),
        ({"ended_at": None}, "hello", 4),
        ({"end_reason": "voicemail_reached"}, "hello", 3),
        ({"status": "busy"}, "hello", 2),
        ({"is_test": True}, "hello", 1),
        ({"is_test": False}, "hello", 5),
    ],
)
def test_the_ladder_includes_the_rung_below(values: dict[str, Any], text: str, rungs: int) -> None:
    """Once a rung fails, all above it fail."""
    turns = [{"speaker": "ai", "text": "hi"}, {"speaker": "customer", "text": text}]
    assert list(eligibility(call(**values), turns).values()) == [True] * rungs + [False] * (5 - rungs)


def test_tickets_belong_to_the_latest_call_that_may_claim_them() -> None:
    """By call_id, else by customer, order and thirty minutes."""
    pair = {"customer_id": "k", "order_id": "o"}
    first = call(call_id="first", **pair)
    second = call(call_id="second", **pair) | {"started_at": NOON + timedelta(seconds=30)}
    late = NOON + timedelta(minutes=31)
    tickets = [
        row_of("tickets", ticket_id="both", created_at=late, **pair),
        row_of("tickets", ticket_id="too late", created_at=late + timedelta(seconds=1), **pair),
        row_of("tickets", ticket_id="other order", created_at=late, customer_id="k", order_id="p"),
        row_of("tickets", ticket_id="named", created_at=NOON, call_id="first"),
        row_of(
            "tickets",
            ticket_id="too early",
            created_at=NOON - timedelta(seconds=1),
            call_id="first",
        ),
    ]
    linked = linked_tickets([first, second], tickets)
    names = {key: [ticket["ticket_id"] for ticket in value] for key, value in linked.items()}
    assert names == {"second": ["both"], "first": ["named"]}


def test_handle_seconds() -> None:
    """Talk time with its parts, else the duration from the answer."""
    assert handle_seconds(call(talk_seconds=40, wrap_seconds=5)) == 45
    assert handle_seconds(call(answered_at=NOON + timedelta(seconds=4))) == 56
    assert handle_seconds(call(ended_at=None)) is None


def test_weeks_follow_the_reporting_zone() -> None:
    """23:00 UTC on a winter Sunday is Monday in Berlin."""
    sunday = datetime(2024, 11, 3, 23, 0, tzinfo=UTC)
    assert week_start(sunday, ZoneInfo("Europe/Berlin")) == date(2024, 11, 4)
    assert week_start(sunday, ZoneInfo("UTC")) == date(2024, 10, 28)


def test_same_issue() -> None:
    """Orders decide where both have one, the stated group where one has none."""

    def contact(order: str | None, group: str | None) -> Contact:
        return Contact("call", "c", "k", order, NOON, NOON.date(), {}, group)

    assert is_same_issue(contact("o", None), contact("o", "WISMO"))
    assert not is_same_issue(contact("o", "WISMO"), contact("p", "WISMO"))
    assert is_same_issue(contact("o", "WISMO"), contact(None, "WISMO"))
    assert not is_same_issue(contact(None, None), contact(None, None))


def test_the_shipment_of_a_call() -> None:
    """The one scanned last before the call, else the first by id; the stage as of the call."""
    shipments = [row_of("shipments", shipment_id=name, order_id="o", carrier=name) for name in ("s2", "s1")]
    scan = row_of("shipment_scans", shipment_id="s2", status="out_for_delivery", scanned_at=NOON)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SOURCES}
    rows |= {"shipments": shipments, "shipment_scans": [scan]}
    book, second = OrderBook(rows), timedelta(seconds=1)
    after, before = (book.dimensions("o", None, NOON + gap) for gap in (second, -second))
    assert (after["carrier"], after["delivery_stage"]) == ("s2", "out_for_delivery")
    assert (before["carrier"], before["delivery_stage"]) == ("s1", "unknown")

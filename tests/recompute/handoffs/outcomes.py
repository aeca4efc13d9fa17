"""What agents did in engaged inbound calls and what followed, from the definitions."""

from __future__ import annotations

from datetime import timedelta

from tests.recompute.metric_cells import SLICES, Observation, grouped, update_time

from .conduct import by_then, until
from .oracle import Oracle, Test
from .world import winners


def add_conduct(oracle: Oracle) -> None:
    """The metrics over engaged inbound calls."""
    calls = [oracle.unit(row, row["started_at"], row["call_id"]) for row in oracle.conduct]
    damaged: Test = lambda row: row["sub_workflow"] == "damaged_or_wrong_item"  # noqa: E731
    plans: list[tuple[str, Test, Test]] = [
        ("M-09a", lambda row: row["rules"], lambda row: row["human"]),
        ("M-09b", lambda row: not row["rules"], lambda row: row["human"] and row["auto"]),
        ("M-09l", lambda row: row["must_queue"], lambda row: row["leaked"]),
        ("M-06p", lambda row: row["created_ticket"], lambda row: row["needs_ticket"]),
        ("M-06r", lambda row: row["needs_ticket"], lambda row: row["created_ticket"]),
        ("M-06u", lambda row: True, lambda row: row["updated_ticket"]),
        ("M-10k", lambda row: row["lookups"], lambda row: not row["failed_lookups"]),
        ("M-10v", lambda row: row["identity"] in ("verified", "failed"), lambda row: row["identity"] == "verified"),
        ("M-40ct", lambda row: True, lambda row: row["trigger"]),
        ("M-40cm", lambda row: True, lambda row: row["matched"]),
        ("M-40cr", lambda row: True, lambda row: row["result"]),
        ("M-40ca", lambda row: True, lambda row: row["audit"]),
    ]
    for metric, when, event in plans:
        oracle.share(metric, calls, when, event)
    oracle.share("M-40e", calls, damaged, lambda row: row["evidence"], hours=168)
    kept = [
        (row["call_id"], by_then(row["fulfilled_at"], oracle.as_of))
        for row in until(winners("promises", oracle.world["promises"]), "promised_at", oracle.as_of)
        if row["kind"] == "replacement"
    ]
    done = [
        (row["call_id"], by_then(row["executed_at"], oracle.as_of))
        for row in oracle.known.actions
        if row["action_type"] == "create_replacement" and row["status"] == "done"
    ]
    oracle.waiting(
        "M-43r", calls, damaged,
        lambda row: min((at for call, at in kept + done if call == row["call_id"] and at), default=None),
    )  # fmt: skip


def add_outcomes(oracle: Oracle) -> None:
    """What followed some calls: an order, a confirmation, records that confirm a risk flag."""
    calls = [oracle.unit(row, row["started_at"], row["call_id"]) for row in oracle.conduct]
    orders = until(list(oracle.known.orders.values()), "placed_at", oracle.as_of)
    oracle.share(
        "M-42c", calls,
        lambda row: row["sub_workflow"] in ("availability", "cart_reassurance") and row["customer_id"],
        lambda row: any(
            order["customer_id"] == row["customer_id"]
            and timedelta(0) < order["placed_at"] - row["started_at"] <= timedelta(hours=168)
            for order in orders
        ),
        hours=168,
    )  # fmt: skip
    confirmed = [
        (row["call_id"], by_then(row["delivered_at"], oracle.as_of))
        for row in until(winners("messages", oracle.world["messages"]), "sent_at", oracle.as_of)
        if row["purpose"] in ("confirmation", "next_step")
    ]
    seen = []
    for row in calls:
        if row["sub_workflow"] == "booking_change":
            at = min((at for call, at in confirmed if call == row["call_id"] and at), default=None)
            delay = max((at or oracle.as_of) - row["ended_at"], timedelta(0))
            seen.append(Observation(row["week"], row["dimensions"], 0.0, delay, at is not None))
    for (week, slice_by, values), group in grouped(seen, SLICES).items():
        oracle.cells["M-11k", week, slice_by, values] = update_time(group, None)

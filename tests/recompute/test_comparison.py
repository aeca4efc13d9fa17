"""The comparison is not blind: a faithful publication agrees, and every altered field is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .call_facts import DIMENSIONS, ESCALATED, FUNCTIONAL, TECHNICAL
from .comparison import call_differences, contact_differences, metric_differences
from .ledger_comparison import ledger_differences, quarantine_differences
from .messy_world import AS_OF, write_world
from .observations import owes_update, updates
from .oracle import Recomputed, recompute
from .product_run import Table

Tables = dict[str, Table]
LANDING = Path("landing")


@pytest.fixture(scope="module")
def recomputed(tmp_path_factory: pytest.TempPathFactory) -> Recomputed:
    """The oracle over a small world."""
    landing = tmp_path_factory.mktemp("small") / "landing"
    write_world(landing, seed=5, calls=200)
    return recompute(landing, AS_OF, "Europe/Berlin")


@pytest.fixture
def faithful(recomputed: Recomputed) -> Tables:
    """The tables a product would publish that agrees with the oracle."""
    return {
        "calls": faithful_calls(recomputed),
        "contacts": faithful_contacts(recomputed),
        "metrics": faithful_metrics(recomputed),
        "ledger": faithful_ledger(recomputed),
        "quarantine": [
            {"source": name, "file": file, "row_number": line, "reason_code": "x", "reason": why} | {"raw_row": ""}
            for name, result in recomputed.ledger.items()
            for (file, line), why in result.quarantined.items()
        ],
    }


def faithful_calls(recomputed: Recomputed) -> Table:
    """marts.fct_calls in the words of the oracle."""
    world = recomputed.world
    waiting = [fact.call_id for fact in world.calls if owes_update(world, fact)]
    minutes = {
        call_id: seen.delay.total_seconds() / 60 if seen.is_event else None
        for call_id, seen in zip(waiting, updates(world), strict=True)
    }
    repeats = {contact.contact_id: contact for contact in world.contacts}
    rows = []
    for fact in world.calls:
        contact = repeats.get(fact.call_id)
        row: dict[str, Any] = dict(fact.row) | fact.flags | fact.dimensions
        row |= {"week_start_date": fact.week, "call_outcome": fact.outcome}
        row |= {"created_ticket": bool(fact.tickets), "handle_seconds": fact.handle_seconds}
        row["is_contained_technical"] = fact.outcome in TECHNICAL
        row["is_contained_functional"] = fact.outcome in FUNCTIONAL
        row["is_escalated"] = fact.outcome in ESCALATED
        row["minutes_to_update"] = minutes.get(fact.call_id)
        if contact is not None:
            row["is_repeated_within_7d"] = contact.same_issue_after is not None
            row["repeat_followup_hours"] = contact.followup.total_seconds() / 3600
        rows.append(row)
    return rows


def faithful_contacts(recomputed: Recomputed) -> Table:
    """marts.fct_contacts in the words of the oracle."""
    return [
        {
            f"{contact.kind}_id": contact.contact_id,
            "customer_id": contact.customer_id,
            "repeat_any": contact.any_after is not None,
            "repeat_same_issue": contact.same_issue_after is not None,
            "followup_hours": contact.followup.total_seconds() / 3600,
        }
        for contact in recomputed.world.contacts
    ]


def faithful_metrics(recomputed: Recomputed) -> Table:
    """marts.metric_weekly in the words of the oracle."""
    rows = []
    for (metric, week, slice_by, values), cell in recomputed.cells.items():
        low, high = cell.interval or (None, None)
        row: dict[str, Any] = {"metric_id": metric, "week_start_date": week, "slice_by": slice_by}
        row |= dict(zip(DIMENSIONS, values, strict=True)) | {"ci_low": low, "ci_high": high}
        row |= {"numerator": cell.numerator, "denominator": cell.denominator, "value": cell.value}
        row |= {"maturity": cell.maturity, "is_rankable": cell.denominator >= 30}
        rows.append(row)
    return rows


def faithful_ledger(recomputed: Recomputed) -> Table:
    """ops.load_ledger, giving each equal copy to the first file that may have it."""
    rows = []
    for source, result in recomputed.ledger.items():
        spare = {
            state: result.totals[state] - sum(getattr(c, f"{state}_low") for c in result.files.values())
            for state in ("loaded", "superseded")
        }
        for name, counts in result.files.items():
            row: dict[str, Any] = {"source": source, "file": name, "rows_read": counts.rows_read}
            row["rows_quarantined"] = counts.quarantined
            for state in ("loaded", "superseded"):
                low, high = getattr(counts, f"{state}_low"), getattr(counts, f"{state}_high")
                extra = min(spare[state], high - low)
                spare[state] -= extra
                row[f"rows_{state}"] = low + extra
            placed = row["rows_loaded"] + row["rows_superseded"] + counts.quarantined
            row["rows_duplicate"] = counts.rows_read - placed
            rows.append(row)
    return rows


def differences(recomputed: Recomputed, tables: Tables) -> list[str]:
    """Everything the comparison finds."""
    found = call_differences(recomputed, tables["calls"])
    found += contact_differences(recomputed, tables["contacts"], tables["calls"])
    found += metric_differences(recomputed.cells, tables["metrics"])
    found += ledger_differences(recomputed.ledger, tables["ledger"], LANDING)
    return found + quarantine_differences(recomputed.ledger, tables["quarantine"], LANDING)


def test_a_faithful_publication_agrees(recomputed: Recomputed, faithful: Tables) -> None:
    """No false alarm."""
    assert differences(recomputed, faithful) == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("calls", "call_outcome", "nonsense"),
        ("calls", "is_engaged", None),
        ("calls", "delivery_stage", "on the moon"),
        ("calls", "handle_seconds", -1.0),
        ("contacts", "repeat_any", None),
        ("contacts", "followup_hours", -1.0),
        ("metrics", "numerator", -1),
        ("metrics", "maturity", "ripe"),
        ("metrics", "ci_low", -1.0),
        ("ledger", "rows_read", -1),
        ("ledger", "rows_superseded", -1),
        ("quarantine", "row_number", -1),
    ],
)
def test_an_altered_field_is_found(
    recomputed: Recomputed, faithful: Tables, table: str, column: str, value: object
) -> None:
    """One wrong value in one row."""
    row = next(
        row
        for row in faithful[table]
        if table != "metrics" or (row["metric_id"] == "M-04any" and row["ci_low"] is not None)
    )
    row[column] = value
    assert any(column in text or table == "quarantine" for text in differences(recomputed, faithful))


@pytest.mark.parametrize("table", ["calls", "contacts", "metrics", "ledger", "quarantine"])
def test_a_missing_row_is_found(recomputed: Recomputed, faithful: Tables, table: str) -> None:
    """One row less than there should be."""
    faithful[table].pop()
    assert differences(recomputed, faithful)

"""Compares the oracle with the published tables and words every difference."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

from .call_facts import DIMENSIONS, ESCALATED, FUNCTIONAL, TECHNICAL
from .contacts import Contact
from .metric_cells import Cell, CellKey
from .observations import owes_update, updates
from .oracle import Recomputed, StatedReasons
from .product_run import Table, as_date

# published intervals may use 1.96 for the quantile, which moves an interval by less than this
INTERVAL_TOLERANCE = 5e-5
_OUTCOME_FLAGS = {
    "is_contained_technical": TECHNICAL,
    "is_contained_functional": FUNCTIONAL,
    "is_escalated": ESCALATED,
}


def close(ours: Any, theirs: Any, tolerance: float = 1e-6) -> bool:
    """Equality, with a little room for floating numbers."""
    if isinstance(ours, float | int) and isinstance(theirs, float | int) and not isinstance(ours, bool):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=tolerance)
    return bool(ours == theirs)


def stated_reasons(calls: Table, contacts: Table) -> StatedReasons:
    """What the product's classifier said, to be fed to the oracle."""
    stated = StatedReasons()
    for row in calls:
        call_id = row["call_id"]
        if row["stated_reason_group"] not in (None, "unknown"):
            stated.groups["call", call_id] = row["stated_reason_group"]
        if row["stated_reason_code"] is not None:
            stated.codes[call_id] = row["stated_reason_code"]
        if row["reason_code"] is not None:
            stated.dimension[call_id] = row["reason_code"]
        # the contract names no column for an open exception; without one only landed ones count
        if row.get("owes_update"):
            stated.open_exceptions.add(call_id)
    for row in contacts:
        key = contact_key(row)
        if key[0] == "ticket" and row.get("stated_reason_group") not in (None, "unknown"):
            stated.groups[key] = row["stated_reason_group"]
    return stated


def contact_key(row: dict[str, Any]) -> tuple[str, str]:
    """(kind, id) of a row of marts.fct_contacts, whose key column the contract does not name."""
    if row.get("call_id") is not None:
        return "call", row["call_id"]
    if row.get("ticket_id") is not None:
        return "ticket", row["ticket_id"]
    contact_id = str(row["contact_id"])
    return ("ticket" if contact_id.startswith("ti-") else "call"), contact_id


def call_differences(ours: Recomputed, theirs: Table) -> list[str]:
    """Differences of marts.fct_calls."""
    published = {row["call_id"]: row for row in theirs}
    expected = {fact.call_id: fact for fact in ours.world.calls}
    found = key_differences("call", expected, published, len(theirs))
    waits = {fact.call_id: fact for fact in ours.world.calls if owes_update(ours.world, fact)}
    minutes = dict(zip(waits, updates(ours.world), strict=True))
    for call_id in sorted(expected.keys() & published.keys()):
        fact, row = expected[call_id], published[call_id]
        values: dict[str, Any] = {
            "started_at": fact.row["started_at"],
            "direction": fact.row["direction"],
            "workflow": fact.row["workflow"],
            "customer_id": fact.row["customer_id"],
            "order_id": fact.row["order_id"],
            **fact.flags,
            "call_outcome": fact.outcome,
            "created_ticket": bool(fact.tickets),
            "handle_seconds": fact.handle_seconds,
            **{name: fact.dimensions[name] for name in DIMENSIONS},
        }
        if fact.outcome is not None:
            values |= {flag: fact.outcome in members for flag, members in _OUTCOME_FLAGS.items()}
        if call_id in minutes:
            seen = minutes[call_id]
            values["minutes_to_update"] = seen.delay.total_seconds() / 60 if seen.is_event else None
        found += value_differences(f"call {call_id}", values, row)
        if as_date(row["week_start_date"]) != fact.week:
            found.append(f"call {call_id} week_start_date: ours {fact.week}, theirs {row['week_start_date']}")
    return found


def contact_differences(ours: Recomputed, theirs: Table, calls: Table) -> list[str]:
    """Differences of marts.fct_contacts and of the repeat columns of marts.fct_calls."""
    published = {contact_key(row): row for row in theirs}
    expected = {(contact.kind, contact.contact_id): contact for contact in ours.world.contacts}
    found = key_differences("contact", expected, published, len(theirs))
    by_call = {row["call_id"]: row for row in calls}
    for key in sorted(expected.keys() & published.keys()):
        contact, row = expected[key], published[key]
        found += value_differences(" ".join(key), _contact_values(contact), row)
        if contact.kind == "call":
            values = {
                "is_repeated_within_7d": contact.same_issue_after is not None,
                "repeat_followup_hours": contact.followup.total_seconds() / 3600,
            }
            found += value_differences(f"call {contact.contact_id}", values, by_call[contact.contact_id])
    return found


def _contact_values(contact: Contact) -> dict[str, Any]:
    return {
        "customer_id": contact.customer_id,
        "repeat_any": contact.any_after is not None,
        "repeat_same_issue": contact.same_issue_after is not None,
        "followup_hours": contact.followup.total_seconds() / 3600,
    }


def key_differences(kind: str, expected: Iterable[Any], published: Iterable[Any], count: int) -> list[str]:
    """Keys only one side has, and keys that stand twice."""
    ours, theirs = set(expected), set(published)
    found = [f"{kind} {key}: only ours" for key in sorted(ours - theirs)]
    found += [f"{kind} {key}: only theirs" for key in sorted(theirs - ours)]
    if count != len(theirs):
        found.append(f"{kind}: {count} rows for {len(theirs)} keys")
    return found


def value_differences(name: str, values: dict[str, Any], row: dict[str, Any]) -> list[str]:
    """Columns whose values differ; a column that is not there is named too."""
    found = []
    for column, ours in values.items():
        if column not in row:
            found.append(f"{name} {column}: ours {ours!r}, theirs has no such column")
        elif not close(ours, row[column]):
            found.append(f"{name} {column}: ours {ours!r}, theirs {row[column]!r}")
    return found


def metric_differences(cells: dict[CellKey, Cell], theirs: Table) -> list[str]:
    """Differences of marts.metric_weekly in the cells the oracle computes."""
    wanted = {(metric, slice_by) for metric, _, slice_by, _ in cells}
    published: dict[CellKey, dict[str, Any]] = {}
    found = []
    for row in theirs:
        values = tuple(row[name] for name in DIMENSIONS)
        key = (row["metric_id"], as_date(row["week_start_date"]), row["slice_by"], values)
        if key in published:
            found.append(f"{cell_name(key)}: stands twice")
        published[key] = row
    there = {(metric, slice_by) for metric, _, slice_by, _ in published}
    found += [f"{metric} by {slice_by}: not published at all" for metric, slice_by in sorted(wanted - there)]
    for key, row in published.items():
        if (key[0], key[2]) in wanted and key not in cells and row["denominator"]:
            found.append(f"{cell_name(key)}: only theirs ({row['numerator']}/{row['denominator']})")
    for key, cell in cells.items():
        if key in published:
            found += cell_differences(cell_name(key), cell, published[key])
        elif (key[0], key[2]) in there:
            found.append(f"{cell_name(key)}: only ours ({cell.numerator}/{cell.denominator})")
    return found


def cell_differences(name: str, cell: Cell, row: dict[str, Any]) -> list[str]:
    """Differences of one cell in the fields the contract fixes."""
    values: dict[str, Any] = {"numerator": cell.numerator, "denominator": cell.denominator}
    values["is_rankable"] = cell.denominator >= 30
    if cell.value is not None:
        values["value"] = cell.value
    if cell.maturity is not None:
        values["maturity"] = cell.maturity
    if cell.has_quantiles:
        quantiles = (("median", cell.median), ("p90", cell.p90))
        values |= {column: number for column, number in quantiles if column in row}
    found = value_differences(name, values, row)
    if cell.interval is not None:
        for column, ours in zip(("ci_low", "ci_high"), cell.interval, strict=True):
            if not close(ours, row[column], INTERVAL_TOLERANCE):
                found.append(f"{name} {column}: ours {ours!r}, theirs {row[column]!r}")
    return found


def cell_name(key: CellKey) -> str:
    """A cell in words: metric, week and the dimensions it is sliced by."""
    metric, week, slice_by, values = key
    chosen = [f"{name}={value}" for name, value in zip(DIMENSIONS, values, strict=True) if value != "(all)"]
    return f"{metric} week {week} by {slice_by} {' '.join(chosen)}".rstrip()


def report(differences: list[str], limit: int = 40) -> str:
    """The first differences, and how many there are of each kind."""
    kinds = Counter(_kind(text) for text in differences)
    summary = [f"{number:6d} x {kind}" for kind, number in kinds.most_common(30)]
    return "\n".join([f"{len(differences)} differences", *summary, *differences[:limit]])


def _kind(difference: str) -> str:
    """The column or metric a difference is about, without the key."""
    words = difference.split(":", 1)[0].split(" ")
    return f"{words[0]} {words[-1]}" if words[0] in ("call", "ticket") else words[0]

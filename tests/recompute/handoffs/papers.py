"""Hand-offs and documents of the oracle."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.recompute.call_facts import DIMENSIONS
from tests.recompute.intervals import poisson_interval
from tests.recompute.metric_cells import ALL, SLICES, Cell

from .conduct import by_then, until
from .oracle import Oracle, weighted_cell
from .rules import seed
from .world import Row, winners

LATER = ("accepted_at", "first_action_at", "transcript_opened_at", "clarification_requested_at", "reviewed_at")


def seen(text: str | None) -> bool:
    """Whether a text has a visible character."""
    return bool(text and text.strip())


def judged_handoff(oracle: Oracle, row: Row, repeated: set[Any]) -> Row:
    """One hand-off with what its metrics ask."""
    row = row | {name: by_then(row[name], oracle.as_of) for name in LATER}
    record = oracle.records[row["call_id"]]
    unit = oracle.unit(row, row["created_at"], row["call_id"])
    unit["dimensions"]["owner"] = {"w1": "Desk"}.get(row["owner_id"], "unknown")
    customer = {c["customer_id"]: c for c in winners("customers", oracle.world["customers"])}.get(
        record["customer_id"] if unit["call"] else None
    )
    tier = customer["tier"] if customer else "unknown"
    limits = {rule["tier"]: rule for rule in seed("handoff_rules")}
    limit = limits.get(tier, limits["any"])
    url = (row["record_url"] or "").lower()
    parts = {
        "o": row["object_type"] is not None and seen(row["object_id"]),
        "w": seen(row["owner_id"]),
        "s": seen(row["status"]),
        "u": (row["urgency"] or "").lower() in ("low", "normal", "high", "urgent"),
        "n": seen(row["next_step"]),
        "r": any(url.startswith(start) and len(url) > len(start) for start in ("http://", "https://")),
    }
    confidence = record["match_confidence"]
    acted = row["first_action_at"]
    before = [at for at in (row["transcript_opened_at"], row["clarification_requested_at"]) if at]
    waited = (row["accepted_at"] - row["created_at"]).total_seconds() / 3600 if row["accepted_at"] else None
    return unit | {
        "parts": parts,
        "tier": tier,
        "low": (confidence is not None and confidence < 0.8) or row["review_cause"] == "Low confidence match",
        "wrong": row["reviewed_at"] is not None
        and row["corrected_object_id"] is not None
        and row["corrected_object_id"] != row["object_id"],
        "short": 0 < len(row["summary"]) <= int(limit["summary_max_characters"])
        and bool(record["transcript_url"] or record["recording_url"]),
        "sufficient": acted is not None and not any(at <= acted for at in before),
        "in_time": waited is not None and waited <= float(limit["accept_within_hours"]),
        "repeated": row["handoff_id"] in repeated,
    }


def add_handoffs(oracle: Oracle) -> None:
    """M-40 to M-43 and the repeated hand-offs."""
    rows = until(winners("handoffs", oracle.world["handoffs"]), "created_at", oracle.as_of)
    first: dict[Any, Row] = {}
    for row in sorted(rows, key=lambda row: (row["created_at"], row["handoff_id"])):
        first.setdefault((row["call_id"], row["purpose"], row["object_type"], row["object_id"]), row)
    repeated = {row["handoff_id"] for row in rows} - {row["handoff_id"] for row in first.values()}
    units = [judged_handoff(oracle, row, repeated) for row in rows]
    oracle.share("M-40", units, lambda row: True, lambda row: all(row["parts"].values()))
    for part in "owsunr":
        oracle.share(f"M-40{part}", units, lambda row: True, lambda row, part=part: row["parts"][part])
    to_find = [row for row in units if row["purpose"] == "find_transaction"]
    oracle.share("M-40f", to_find, lambda row: True, lambda row: row["parts"]["o"])
    oracle.share("M-40l", units, lambda row: True, lambda row: row["short"])
    oracle.share("M-41c", units, lambda row: row["reviewed_at"], lambda row: row["wrong"])
    oracle.share("M-42", units, lambda row: True, lambda row: row["sufficient"], hours=168)
    oracle.share("M-43s", units, lambda row: True, lambda row: row["in_time"], hours=24)
    oracle.share("M-50h", units, lambda row: True, lambda row: row["repeated"])
    oracle.waiting("M-43", units, lambda row: True, lambda row: row["accepted_at"])
    oracle.waiting("M-43f", units, lambda row: True, lambda row: row["first_action_at"])
    oracle.waiting("M-43v", units, lambda row: row["tier"] == "vip", lambda row: row["accepted_at"])
    _add_weighted(oracle, units)


def _add_weighted(oracle: Oracle, units: list[Row]) -> None:
    every = Counter((row["week"], row["low"]) for row in units)
    reviewed = [row for row in units if row["reviewed_at"]]
    looked_at = Counter((row["week"], row["low"]) for row in reviewed)
    groups: dict[Any, list[Row]] = {}
    for row in reviewed:
        stratum = row["week"], row["low"]
        row["weight"] = every[stratum] / looked_at[stratum]
        for names in SLICES:
            values = tuple(row["dimensions"][name] if name in names else ALL for name in DIMENSIONS)
            groups.setdefault((row["week"], "+".join(names) or "all", values), []).append(row)
    for (week, slice_by, values), group in groups.items():
        oracle.cells["M-41", week, slice_by, values] = weighted_cell(group)


def claimed_call(oracle: Oracle, document: Row) -> str | None:
    """The latest claim about the document's order before it."""
    earlier = [
        claim
        for claim in oracle.conduct
        if claim["sub_workflow"] == "damaged_or_wrong_item"
        and document["order_id"] is not None
        and claim["order_id"] == document["order_id"]
        and claim["started_at"] <= document["received_at"]
    ]
    return max(earlier, key=lambda claim: claim["started_at"])["call_id"] if earlier else None


def add_risk_flags(oracle: Oracle) -> None:
    """M-41f: what the records known by as-of say to each flag."""
    claims = {row["call_id"] for row in oracle.conduct if row["sub_workflow"] == "damaged_or_wrong_item"}
    shown = {
        row["call_id"] or claimed_call(oracle, row)
        for row in until(winners("documents", oracle.world["documents"]), "received_at", oracle.as_of)
        if row["kind"] == "damage_photo"
        or (row["kind"] not in ("receipt", "id") and "cracked" in (row["ocr_text"] or "").lower())
    } & claims
    orders = {row["order_id"]: row for row in oracle.known.orders.values() if row["placed_at"] <= oracle.as_of}
    disputed = {row["order_id"] for row in oracle.known.disputes if row["opened_at"] <= oracle.as_of}
    changed = {
        row["call_id"]
        for row in oracle.known.actions
        if row["action_type"] == "change_address" and row["status"] == "done"
    }
    units = []
    for call_id, record in oracle.records.items():
        call, order_id = oracle.by_id.get(call_id), record["order_id"]
        if call is None or not call["is_engaged"]:
            continue
        for flag in set(record["risk_flags"] or []):
            said: dict[str, bool | None] = {
                "fraud": (order_id in disputed or orders[order_id]["risk_level"] in ("high", "fraud"))
                if order_id in orders
                else (True if order_id in disputed else None),
                "damaged_item": call_id in shown if order_id else None,
                "wrong_address": call_id in changed if order_id else None,
            }
            units.append(oracle.unit({"said": said.get(flag)}, call["started_at"], call_id))
    oracle.share("M-41f", units, lambda row: row["said"] is not None, lambda row: row["said"])


def add_documents(oracle: Oracle) -> None:
    """Confidence and corrected fields; a document without a call belongs to the latest claim of its order."""
    units = []
    for row in until(winners("documents", oracle.world["documents"]), "received_at", oracle.as_of):
        call_id = row["call_id"] or claimed_call(oracle, row)
        confidence = row["ocr_confidence"]
        unit = oracle.unit(row, row["received_at"], call_id)
        unit["share"] = confidence / 100 if confidence is not None and confidence > 1 else confidence
        unit["corrected"] = len(row["corrected_fields"] or [])
        unit["checked"] = max(len(row["fields"] or []), unit["corrected"])
        units.append(unit)
    oracle.average("M-41e", units, lambda row: row["share"])
    groups: dict[Any, list[Row]] = {}
    for row in units:
        for names in SLICES:
            values = tuple(row["dimensions"][name] if name in names else ALL for name in DIMENSIONS)
            groups.setdefault((row["week"], "+".join(names) or "all", values), []).append(row)
    for key, group in groups.items():
        corrected, checked = (sum(row[name] for row in group) for name in ("corrected", "checked"))
        if checked:
            low, high = poisson_interval(corrected)
            interval = (low / checked, high / checked)
            oracle.cells["M-41d", *key] = Cell(corrected, checked, corrected / checked, interval)

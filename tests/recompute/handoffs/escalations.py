"""Whom calls were escalated to and by whom, look-ups by kind, links of calls; from the definitions."""

from __future__ import annotations

from datetime import timedelta

from tests.recompute.product_run import Published

from .conduct import by_then, until
from .oracle import Oracle
from .rules import by_key, seed
from .world import Row, winners

TARGETS = {
    "M-08s": "support",
    "M-08o": "operations",
    "M-08a": "account_owner",
    "M-08i": "incident_owner",
    "M-08u": "unknown",
}
INITIATORS = {"M-08c": "customer", "M-08r": "policy_rule", "M-08g": "ai"}
KINDS = {"M-10ko": "order", "M-10kf": "fulfilment", "M-10kp": "payment", "M-10ke": "eligibility"}


def target_of(record: Row, owners: dict[str, Row]) -> str:
    """Who got the call: the owner that transfer_target names, else its text, else the owner of the call."""
    name = None
    for text, is_text in ((record["transfer_target"], True), (record["owner_id"], False)):
        owner = owners.get(text or "")
        if owner:
            name = owner["team"] or owner["name"]
        elif is_text and text:
            name = text
        if name:
            break
    spoken = (name or "").lower().replace("-", " ").replace("_", " ").split(" ")
    fitting = []
    for row in seed("escalation_targets"):
        parts = row["word"].split(" ")
        for place in range(len(spoken) - len(parts) + 1):
            taken = spoken[place : place + len(parts)]
            if taken[:-1] == parts[:-1] and taken[-1].startswith(parts[-1]):
                fitting.append((int(row["priority"]), row["target"]))
    return min(fitting)[1] if fitting else "unknown"


def add_escalations(oracle: Oracle, published: Published) -> None:
    """Every escalated call by target and by initiator, over all engaged inbound calls."""
    owners = {row["owner_id"]: row for row in winners("owners", oracle.world["owners"])}
    # which reasons a call has is judged elsewhere
    asked = {
        row["call_id"]
        for row in published.table("marts.fct_call_reasons")
        if row["reason_code"] == "CON.HUMAN.ASKED_FOR_HUMAN" and row["reason_kind"] == "stated"
    }
    calls = []
    for row in oracle.conduct:
        record = oracle.records[row["call_id"]]
        initiator = "customer" if row["call_id"] in asked else "policy_rule" if row["rules"] else "ai"
        split = {"target": target_of(record, owners), "initiator": initiator}
        calls.append(oracle.unit(row | split, row["started_at"], row["call_id"]))
    for metric, target in TARGETS.items():
        oracle.share(metric, calls, lambda row: True, lambda row, t=target: row["human"] and row["target"] == t)
    for metric, initiator in INITIATORS.items():
        oracle.share(metric, calls, lambda row: True, lambda row, i=initiator: row["human"] and row["initiator"] == i)


def kind_of(event: Row) -> str:
    """What was looked up, by the name of the look-up."""
    if event["event_type"] == "eligibility_checked":
        return "eligibility"
    name = (event["name"] or "").lower().replace("-", "_")
    fitting = [(int(row["priority"]), row["kind"]) for row in seed("lookup_kinds") if row["word"] in name]
    return min(fitting)[1] if fitting else "other"


def add_lookups(oracle: Oracle, published: Published) -> None:
    """Look-ups of engaged inbound calls, and whether they brought a record."""
    events = by_key(until(winners("call_events", oracle.world["call_events"]), "event_at", oracle.as_of), "call_id")
    found = [
        oracle.unit({"kind": kind_of(event), "ok": event["ok"] is True}, call["started_at"], call["call_id"])
        for call in oracle.conduct
        for event in events.get(call["call_id"], [])
        if event["event_type"] in ("lookup", "eligibility_checked")
    ]
    for metric, kind in KINDS.items():
        oracle.share(metric, found, lambda row, k=kind: row["kind"] == k, lambda row: row["ok"])


def add_links(oracle: Oracle, published: Published) -> None:
    """Messages with a link that belong to a call."""
    sent = until(winners("messages", oracle.world["messages"]), "sent_at", oracle.as_of)
    seen = [
        row | {column: by_then(row[column], oracle.as_of) for column in ("delivered_at", "clicked_at")}
        for row in sent
        if row["purpose"] == "link" and row["call_id"]
    ]
    links = [oracle.unit(row, row["sent_at"], row["call_id"]) for row in seen]

    def within(row: Row, column: str, hours: int) -> bool:
        return bool(row[column]) and row[column] - row["sent_at"] <= timedelta(hours=hours)

    arrived = lambda row: within(row, "delivered_at", 24)  # noqa: E731
    oracle.share("M-11l", links, lambda row: True, arrived, hours=24)
    oracle.share("M-11n", links, arrived, lambda row: within(row, "clicked_at", 168), hours=168)

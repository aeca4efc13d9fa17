"""Promises, actions, questions and alerts, from the definitions."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .conduct import until
from .oracle import Oracle
from .rules import by_key, is_true, policy, seed
from .world import winners


def add_promises(oracle: Oracle) -> None:
    """M-09c and M-11b."""
    events = by_key(until(winners("call_events", oracle.world["call_events"]), "event_at", oracle.as_of), "call_id")
    made, due = [], []
    for row in until(winners("promises", oracle.world["promises"]), "promised_at", oracle.as_of):
        confirmed = [row["eligibility_confirmed_at"]] + [
            event["event_at"]
            for event in events.get(row["call_id"], [])
            if event["event_type"] == "eligibility_checked" and (event["payload"] or event).get("eligible", event["ok"])
        ]
        earlier = any(at is not None and at <= row["promised_at"] for at in confirmed)
        made.append(oracle.unit(row | {"confirmed": earlier}, row["promised_at"], row["call_id"]))
        if row["due_at"] and row["due_at"] <= oracle.as_of:
            due.append(oracle.unit(row, row["due_at"], row["call_id"]))
    oracle.share(
        "M-09c", made, lambda row: row["kind"] in ("refund", "replacement", "address_change"),
        lambda row: not row["confirmed"],
    )  # fmt: skip
    oracle.share(
        "M-11b", due, lambda row: True, lambda row: row["fulfilled_at"] and row["fulfilled_at"] <= row["due_at"]
    )


def add_actions(oracle: Oracle) -> None:
    """M-50, the replays absorbed, and actions against the policy."""
    policies = seed("workflow_policy")
    asked = Counter(
        (event["call_id"], event["name"], event["payload"].get("target_id"))
        for event in until(winners("call_events", oracle.world["call_events"]), "event_at", oracle.as_of)
        if event["event_type"] == "tool_call" and event["payload"]
    )
    units = []
    for row in oracle.known.actions:
        unit = oracle.unit(row, row["requested_at"], row["call_id"])
        call = unit["call"]
        workflow = call["workflow"] if call else "unknown"
        rule = policy(policies, "action_type", row["action_type"], row["requested_at"], workflow)
        outcome = call and call["call_outcome"]
        alone = outcome is not None and outcome not in ("transferred_human", "deferred_human")
        requests = asked.get((row["call_id"], row["action_type"], row["target_id"]), 1)
        unit |= {"rule": rule, "alone": alone, "requests": requests, "times": row["executions"] or 0}
        units.append(unit)
    oracle.share("M-50", units, lambda row: True, lambda row: row["times"] > 1)
    oracle.share("M-50r", units, lambda row: row["requests"] > 1, lambda row: row["times"] <= 1)
    oracle.share(
        "M-09d", units, lambda row: row["status"] == "done" and row["rule"],
        lambda row: is_true(row["rule"], "must_queue") and row["alone"],
    )  # fmt: skip


def add_questions_and_alerts(oracle: Oracle) -> None:
    """M-10r and M-09n."""
    slots = {row["slot"]: row["known_with"] for row in seed("call_slots")}
    events = by_key(until(winners("call_events", oracle.world["call_events"]), "event_at", oracle.as_of), "call_id")
    asked = []
    for call_id, rows in events.items():
        call, record = oracle.by_id.get(call_id), oracle.records[call_id]
        if call is None or not call["is_engaged"]:
            continue
        orders = [
            r["event_seq"] for r in rows if r["event_type"] == "lookup" and r["ok"] and "order" in (r["name"] or "")
        ]
        by_number = record["customer_id"] and record["identity_method"] == "phone"
        for row in rows:
            if row["event_type"] != "slot_asked":
                continue
            known: Any = {
                "number": record["phone"],
                "customer": by_number and record["identity_result"] != "failed",
                "order": orders and min(orders) < row["event_seq"],
            }.get(slots.get(row["name"].lower(), ""))
            if row["payload"] and "known" in row["payload"]:
                known = row["payload"]["known"]
            asked.append(oracle.unit(row | {"known": known}, row["event_at"], call_id))
    oracle.share("M-10r", asked, lambda row: True, lambda row: row["known"])
    promised = {row["call_id"] for row in until(oracle.world["promises"], "promised_at", oracle.as_of)}
    alerts = []
    for row in until(winners("owner_alerts", oracle.world["owner_alerts"]), "sent_at", oracle.as_of):
        unit = oracle.unit(row, row["sent_at"], row["call_id"])
        judged = oracle.conduct_by_id.get(row["call_id"])
        mandated = bool(judged and (judged["rules"] or judged["must_queue"]))
        needed = {
            "promise": row["call_id"] in promised,
            "approval": mandated,
            "decision": mandated or bool(judged and judged["human"]),
        }
        alerts.append(unit | {"needed": needed.get(row["cause"], False)})
    oracle.share("M-09n", alerts, lambda row: True, lambda row: not row["needed"])

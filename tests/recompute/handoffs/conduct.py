"""What each engaged inbound call had to do, was allowed to do and did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .rules import Known, by_key, is_true, policy, seed
from .world import Row, World, winners

AI_DONE = ("resolved_confirmed", "resolved_assumed")
WEEK = timedelta(hours=168)


def until(rows: list[Row], column: str, as_of: datetime) -> list[Row]:
    """Rows that had happened by as-of."""
    return [row for row in rows if row[column] <= as_of]


def by_then(value: datetime | None, as_of: datetime) -> datetime | None:
    """An instant, if it had come by as-of."""
    return value if value is not None and value <= as_of else None


def sub_workflow(call: Row, actions: list[Row]) -> str:
    """By an action of the call, else by its reason."""
    named = seed("sub_workflows")
    wanted = {(row["subject_kind"], row["subject"]): row["sub_workflow"] for row in named}
    by_action = sorted(wanted[key] for row in actions if (key := ("action_type", row["action_type"].lower())) in wanted)
    return by_action[0] if by_action else wanted.get(("reason_code", call["reason_code"]), "other")


def judged_calls(world: World, calls: list[Row], known: Known) -> list[Row]:
    """One row per engaged inbound call, with every flag its metrics need."""
    as_of = known.as_of
    policies = seed("workflow_policy")
    records = {row["call_id"]: row for row in winners("calls", world["calls"])}
    actions = by_key(known.actions, "call_id")
    events = by_key(until(winners("call_events", world["call_events"]), "event_at", as_of), "call_id")
    notes = [
        row for row in until(winners("ticket_events", world["ticket_events"]), "at", as_of) if row["actor_type"] == "ai"
    ]
    tickets = {row["ticket_id"]: row for row in until(winners("tickets", world["tickets"]), "created_at", as_of)}
    documents = until(winners("documents", world["documents"]), "received_at", as_of)
    found = []
    for call in calls:
        if not call["is_engaged_inbound"]:
            continue
        record = records[call["call_id"]]
        mine = actions.get(call["call_id"], [])
        rules = known.met(call, record)
        reason = policy(policies, "reason_code", call["reason_code"], call["started_at"], call["workflow"])
        lookups = [row for row in events.get(call["call_id"], []) if row["event_type"] == "lookup"]
        name = sub_workflow(call, mine)
        human = call["call_outcome"] in ("transferred_human", "deferred_human")
        found.append(
            call
            | {
                "rules": rules,
                "sub_workflow": name,
                "human": human,
                "auto": is_true(reason, "auto_allowed"),
                "must_queue": is_true(reason, "must_queue"),
                "needs_ticket": is_true(reason, "ticket_required") or any(is_true(rule, "ticket_required")
                                                                          for rule in rules),
                "leaked": is_true(reason, "must_queue") and call["call_outcome"] in AI_DONE,
                "updated_ticket": _updated(record, mine, tickets, notes),
                "lookups": len(lookups),
                "failed_lookups": sum(row["ok"] is not True for row in lookups),
                "identity": record["identity_result"],
                "evidence": name == "damaged_or_wrong_item" and _has_evidence(record, documents),
                **_groups(record, call, human),
            }
        )  # fmt: skip
    return found


def _updated(record: Row, actions: list[Row], tickets: dict[str, Row], notes: list[Row]) -> bool:
    if any(row["action_type"] == "update_ticket" and row["status"] == "done" for row in actions):
        return True
    for note in notes:
        ticket = tickets.get(note["ticket_id"])
        if ticket is None or None in (record["order_id"], record["customer_id"]):
            continue
        same = all(ticket[key] == record[key] for key in ("order_id", "customer_id"))
        latest = record["ended_at"] + timedelta(minutes=30)
        if same and ticket["created_at"] < record["started_at"] <= note["at"] <= latest:
            return True
    return False


def _has_evidence(record: Row, documents: list[Row]) -> bool:
    for document in documents:
        mine = document["call_id"] == record["call_id"] or (
            record["order_id"] is not None and document["order_id"] == record["order_id"]
        )
        if mine and document["kind"] != "id" and document["received_at"] <= record["started_at"] + WEEK:
            return True
    return False


def _groups(record: Row, call: Row, human: bool) -> dict[str, Any]:
    about = record["customer_id"] or record["order_id"]
    intent = record["intent_raw"] or call["stated_reason_code"]
    link = record["transcript_url"] or record["recording_url"]
    return {
        "trigger": bool(record["source_system"] and (about or record["intent_raw"])),
        "matched": bool(record["match_confidence"] is not None and about),
        "result": bool(intent and record["urgency"] and (record["requested_next_step"] or record["routing_decision"])),
        "audit": bool(link and record["record_url"] and (record["owner_id"] or not human)),
    }

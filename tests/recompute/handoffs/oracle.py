"""Every cell of the hand-off and policy metrics, from the definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.recompute.call_facts import DIMENSIONS, week_start
from tests.recompute.intervals import wilson
from tests.recompute.metric_cells import SLICES, Cell, CellKey, Observation, grouped, mean, proportion, update_time

from .conduct import by_then, judged_calls, until
from .rules import Known, by_key, is_true, policy, seed
from .world import Row, World, winners

Test = Callable[[Row], Any]
UNKNOWN = dict.fromkeys(DIMENSIONS, "unknown")


@dataclass
class Oracle:
    """Units of one world, and the calls as published (their dimensions and reasons are judged elsewhere)."""

    world: World
    calls: list[Row]
    contacts: list[Row]
    as_of: datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        self.by_id = {row["call_id"]: row for row in self.calls}
        self.records = {row["call_id"]: row for row in winners("calls", self.world["calls"])}
        self.known = Known(self.world, self.contacts, self.as_of)
        self.conduct = judged_calls(self.world, self.calls, self.known)
        self.conduct_by_id = {row["call_id"]: row for row in self.conduct}
        self.cells: dict[CellKey, Cell] = {}

    def unit(self, row: Row, at: datetime, call_id: str | None) -> Row:
        """A row with the week and the dimensions of its call."""
        call = self.by_id.get(call_id or "")
        dimensions = {name: call[name] for name in DIMENSIONS} if call else dict(UNKNOWN)
        return row | {"at": at, "week": week_start(at, self.zone), "dimensions": dimensions, "call": call}

    def share(self, metric: str, units: Iterable[Row], when: Test, event: Test, hours: int = 0) -> None:
        """A proportion; one with a window is published for final weeks only."""
        chosen = [row for row in units if when(row)]
        seen = [Observation(row["week"], row["dimensions"], float(bool(event(row)))) for row in chosen]
        open_weeks = self._open_weeks(chosen, hours) if hours else set()
        for (week, slice_by, values), group in grouped(seen, SLICES).items():
            if week not in open_weeks:
                self.cells[metric, week, slice_by, values] = proportion(group, None)

    def _open_weeks(self, units: list[Row], hours: int) -> set[Any]:
        late = {row["week"] for row in units if row["at"] + timedelta(hours=hours) > self.as_of}
        return late if hours >= 168 else late | {week_start(self.as_of, self.zone)}

    def average(self, metric: str, units: Iterable[Row], value: Test) -> None:
        """A mean over units that have a value."""
        seen = [Observation(row["week"], row["dimensions"], value(row)) for row in units if value(row) is not None]
        for (week, slice_by, values), group in grouped(seen, SLICES).items():
            self.cells[metric, week, slice_by, values] = mean(group, None)

    def waiting(self, metric: str, units: Iterable[Row], when: Test, done: Test) -> None:
        """A Kaplan-Meier median; `done` is the instant of the event or None."""
        seen = []
        for row in units:
            if when(row):
                at = done(row)
                end = max(at, row["at"]) if at else self.as_of
                seen.append(Observation(row["week"], row["dimensions"], 0.0, end - row["at"], at is not None))
        for (week, slice_by, values), group in grouped(seen, SLICES).items():
            self.cells[metric, week, slice_by, values] = update_time(group, None)


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
    oracle.share("M-50", units, lambda row: row["times"] >= 1, lambda row: row["times"] > 1)
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
        orders = [r["event_seq"] for r in rows if r["event_type"] == "lookup" and r["ok"] and "order" in r["name"]]
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


def weighted_cell(group: list[Row]) -> Cell:
    """A share of units that stand for others, on the scale of the units."""
    total = sum(row["weight"] for row in group)
    share = sum(row["weight"] for row in group if row["wrong"]) / total
    effective = total**2 / sum(row["weight"] ** 2 for row in group)
    return Cell(share * len(group), len(group), share, wilson(share * effective, effective))

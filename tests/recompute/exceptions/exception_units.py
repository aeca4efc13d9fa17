"""Units of the metrics of order exceptions, their actions and their investigations."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.recompute.product_run import REPOSITORY

from .landing_files import Row
from .order_states import Timeline
from .order_story import HOUR, Parcel, Story, past
from .shipment_units import went_wrong
from .units import Unit
from .world import AS_OF

SYSTEMS = {
    "lateness.promise_at_risk": "carrier",
    "lateness.past_promise": "carrier",
    "scan_gap.lost": "carrier",
    "inventory.backorder": "warehouse",
}
STEPS = ("detected", "packet_complete", "action", "written_back")
with (REPOSITORY / "dbt_project" / "seeds" / "exception_action_rules.csv").open() as _file:
    ACTION_RULES = list(csv.DictReader(_file))


def find_cases(story: Story) -> list[Row]:
    """Every exception with its steps by as-of, and what follows from them alone."""
    steps: dict[str, list[Row]] = defaultdict(list)
    for row in story.rows["exception_actions"]:
        if row["at"] <= AS_OF:
            steps[row["exception_id"]].append(row)
    return [_case(exception_id, sorted(rows, key=lambda row: row["action_no"])) for exception_id, rows in steps.items()]


def _case(exception_id: str, steps: list[Row]) -> Row:
    one = steps[0]
    case: Row = {name: one[name] for name in ("order_id", "shipment_id", "exception_type", "rule_id")}
    for step in (*STEPS, "closed"):
        case[step] = next((row["at"] for row in steps if row["step"] == step), None)
    case |= {
        "exception_id": exception_id,
        "steps": steps,
        "opened": case["detected"] or min(row["at"] for row in steps),
    }
    owned = [row for row in steps if row["owner_id"]]
    case["owner_id"] = owned[-1]["owner_id"] if owned else None
    needed = [case[step] for step in STEPS] + [min((row["at"] for row in owned), default=None)]
    case["completed"] = None if None in needed else max(needed)
    case["human"] = min((row["at"] for row in steps if row["human_touched"]), default=None)
    case["minutes"] = [row["review_minutes"] for row in steps if row["review_minutes"] is not None]
    return case


class Cases:
    """The exceptions with order, parcel and dimensions."""

    def __init__(self, story: Story, timelines: dict[str, Timeline]) -> None:
        self.story, self.timelines = story, timelines
        self.all = find_cases(story)
        self.teams = {row["owner_id"]: row["team"] for row in story.rows["owners"]}

    def parcel(self, case: Row) -> Parcel | None:
        """The parcel of an exception, else the first of its order."""
        parcels = self.story.parcels.get(case["order_id"], [])
        return next((p for p in parcels if p.id == case["shipment_id"]), parcels[0] if parcels else None)

    def promise(self, case: Row) -> datetime | None:
        """What was promised first."""
        parcel, order = self.parcel(case), self.story.orders.get(case["order_id"], {})
        return (parcel.promise if parcel else None) or order.get("promised_delivery_at")

    def shape(self, case: Row) -> dict[str, str]:
        """The dimensions of an exception."""
        timeline = self.timelines.get(case["order_id"])
        outcome = "open" if not case["closed"] else "closed_with_human" if case["human"] else "closed_without_human"
        return {
            **self.story.dimensions(case["order_id"], self.parcel(case)),
            "source": SYSTEMS.get(case["rule_id"], "unknown"),
            "owner": self.teams.get(case["owner_id"]) or "unknown",
            "outcome": outcome,
            "delivery_stage": timeline.stage(case["opened"]) if timeline else "unknown",
            "phase": "unknown",
        }

    def units(self) -> Iterator[tuple[str, Unit]]:
        """Units whose unit is an exception."""
        for case in self.all:
            shape, opened, promise, detected = self.shape(case), case["opened"], self.promise(case), case["detected"]
            if detected and promise:
                yield "M-44", Unit(opened, shape, detected < promise)
                yield "M-44l", Unit(opened, shape, (promise - detected) / HOUR)
            if detected:
                contacts = self.story.contacts(case["order_id"])
                yield "M-44c", Unit(opened, shape, not contacts or contacts[0] >= detected)
            if detected and promise and promise <= AS_OF:
                wrong = went_wrong(self.story.orders[case["order_id"]], self.parcel(case))
                acted = any(row["step"] == "action" for row in case["steps"])
                yield "M-44p", Unit(opened, shape, wrong)
                yield "M-44n", Unit(opened, shape, not wrong and not acted)
            escalated = [row["at"] for row in case["steps"] if row["action_type"] == "escalate"]
            if escalated and promise:
                yield "M-44e", Unit(opened, shape, min(escalated) < promise)
            yield "M-45", within(opened, shape, case["completed"])
            yield "M-46", within(opened, shape, case["human"])
            for metric, step in (("M-45p", "packet_complete"), ("M-45a", "action"), ("M-45w", "written_back")):
                yield metric, Unit(opened, shape, 0, (case[step] or AS_OF) - opened, case[step] is not None)
            if case["minutes"]:
                yield "M-46r", Unit(opened, shape, sum(case["minutes"]))

    def notice_units(self) -> Iterator[Unit]:
        """Exceptions whose customers had not been in touch a day later: with a notice by then, or without."""
        for case in self.all:
            opened, order_id = case["opened"], case["order_id"]
            contacts = self.story.all_contacts(order_id)
            notices = [
                row["delivered_at"] for row in self.story.rows["messages"]
                if row["order_id"] == order_id and row["purpose"] in ("order_update", "alert") and not row["call_id"]
                and row["rule_id"] and row["sent_at"] <= AS_OF and past(row["delivered_at"])
            ]  # fmt: skip
            mark = opened + 24 * HOUR
            if not any(at < mark for at in contacts):
                touched = any(mark <= at <= opened + 192 * HOUR for at in contacts)
                told = any(opened <= at < mark for at in notices)
                yield Unit(opened, self.shape(case), touched, arm=told)

    def action_units(self) -> Iterator[tuple[str, Unit]]:
        """Units whose unit is a step."""
        for case in self.all:
            shape, promise = self.shape(case), self.promise(case)
            tier = self.story.customer(case["order_id"]).get("tier") or "unknown"
            for row in case["steps"]:
                if row["step"] != "action":
                    continue
                yield "M-45e", Unit(row["at"], shape, any(self.exists(case, one) for one in row["evidence_ids"] or []))
                if row["action_type"] is None:
                    continue
                rule = fitting_rule(case["exception_type"], tier, row["action_type"])
                hurried = row["action_type"] in ("reroute", "escalate") and promise and row["at"] >= promise - 24 * HOUR
                yield "M-45m", Unit(row["at"], shape, rule is not None)
                yield "M-44i", Unit(row["at"], shape, bool(hurried))
                if rule and rule["requires_human"] == "true":
                    yield "M-46h", Unit(row["at"], shape, not row["human_touched"])

    def exists(self, case: Row, evidence: str) -> bool:
        """Whether a record of the order has this name."""
        order_id = case["order_id"]
        names = {f"{p.id}:{scan['scan_id']}" for p in self.story.parcels.get(order_id, []) for scan in p.scans}
        return evidence in names or (evidence == order_id and order_id in self.story.orders)

    def investigation_units(self) -> Iterator[Unit]:
        """Groups of exceptions of one order and type with at most 14 days between two openings."""
        together: dict[tuple[Any, Any], list[Row]] = defaultdict(list)
        for case in sorted(self.all, key=lambda case: (case["opened"], case["exception_id"])):
            together[case["order_id"], case["exception_type"]].append(case)
        for cases in together.values():
            groups = [[cases[0]]]
            for before, case in zip(cases, cases[1:], strict=False):
                if case["opened"] - before["opened"] <= timedelta(days=14):
                    groups[-1].append(case)
                else:
                    groups.append([case])
            for group in groups:
                looked = sum(row["step"] == "investigated" for case in group for row in case["steps"])
                shape = self.shape(group[0])
                del shape["outcome"]
                yield Unit(group[0]["opened"], shape, looked > 1)


def within(opened: datetime, shape: dict[str, str], done: datetime | None) -> Unit:
    """A unit whose event counts within 168 hours."""
    is_event = done is not None and done - opened <= 168 * HOUR
    delay = done - opened if is_event and done else min(168 * HOUR, AS_OF - opened)
    return Unit(opened, shape, is_event, delay, is_event)


def fitting_rule(kind: str, tier: str, action: str) -> dict[str, str] | None:
    """The most specific rule that allows an action: tier before type."""
    rules = [
        rule for rule in ACTION_RULES
        if rule["action_type"] == action and rule["exception_type"] in (kind, "any") and rule["tier"] in (tier, "any")
    ]  # fmt: skip
    return min(rules, key=lambda rule: (rule["tier"] == "any", rule["exception_type"] == "any"), default=None)

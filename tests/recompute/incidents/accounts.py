"""Accounts of incidents: what they were told, when, and whether they left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from tests.recompute.metric_cells import Observation, count, proportion, update_time

from .contacts import AFTER, in_window, rosters, start_of
from .landing import Contact, Facts, Row
from .statistics import MONTH, monthly_share

DIMENSIONS = ("source", "segment", "region")


class Accounts:
    """Roster accounts, messages and stages of one landing."""

    def __init__(self, facts: Facts, contacts: list[Contact], week: Callable[[datetime], date]) -> None:
        self.facts, self.contacts, self.week = facts, contacts, week
        self.incidents = facts.by("incidents", "incident_id")
        self.customers = facts.by("customers", "customer_id")
        self.stages = {name: self._stages(name) for name in self.incidents}
        self.messages = [self._judge(row) for row in facts.rows["messages"] if row["purpose"] == "incident_update"]

    def _stages(self, incident: str) -> list[dict[str, Any]]:
        """Changes of stage; an update that tells the same stage again belongs to the one before."""
        updates = [row for row in self.facts.rows["incident_updates"] if row["incident_id"] == incident]
        stages: list[dict[str, Any]] = []
        for row in sorted(updates, key=lambda row: (row["at"], row["update_no"])):
            if not stages or stages[-1]["stage"] != row["stage"]:
                stages.append({"stage": row["stage"], "at": row["at"], "updates": []})
            stages[-1]["updates"].append(row["update_no"])
        return stages

    def _judge(self, message: Row) -> dict[str, Any]:
        """The incident and stage of a message, and whether its statement was approved."""
        updates = [
            row
            for row in self.facts.rows["incident_updates"]
            if message["approved_message_id"] is not None
            and row["approved_message_id"] == message["approved_message_id"]
            and row["incident_id"] == (message["incident_id"] or row["incident_id"])
        ]
        incident, is_approved, stage = message["incident_id"], False, None
        if updates:
            is_approved = any(row["expires_at"] is None or message["sent_at"] <= row["expires_at"] for row in updates)
            told = [row for row in updates if row["at"] <= message["sent_at"]]
            # the latest that was out by then, else the latest of all
            update = max(told or updates, key=lambda row: (row["at"], row["update_no"]))
            incident = incident or update["incident_id"]
            stage = next(
                place
                for place, one in enumerate(self.stages[update["incident_id"]])
                if update["update_no"] in one["updates"]
            )
        return message | {"incident": incident, "is_approved": is_approved, "stage_place": stage}

    def where(self, incident: str | None, customer: str | None) -> dict[str, str]:
        """Dimension values of an account."""
        row = self.customers.get(customer, {})
        source = self.incidents[incident]["detected_by"] if incident in self.incidents else None
        return {
            "source": source or "unknown",
            "segment": row.get("segment") or "unknown",
            "region": row.get("region") or "unknown",
        }

    def told(self, incident: str, customer: str, stage: int | None = None) -> list[dict[str, Any]]:
        """Approved updates delivered to the account."""
        return [
            one
            for one in self.messages
            if one["incident"] == incident
            and one["customer_id"] == customer
            and one["is_approved"]
            and one["delivered_at"] is not None
            and (stage is None or one["stage_place"] == stage)
        ]

    def plans(self) -> list[tuple[str, list[Observation], Any, tuple[str, ...]]]:
        """Observations of the account metrics."""
        names = ("M-33c", "M-34", "M-34s", "M-35", "M-35d", "M-35e", "M-37", "M-38")
        seen: dict[str, list[Observation]] = {name: [] for name in names}
        roster = rosters(self.facts)
        callers = {(str(one.incident_id), one.customer_id) for one in self.contacts if not one.is_reconnect}
        for key in sorted(set(roster) | callers):
            self._account(key, roster.get(key, []), seen)
        for key, entries in roster.items():
            self._account_stages(key, entries[0]["added_at"], seen)
        sent = [
            Observation(
                self.week(one["sent_at"]), self.where(one["incident"], one["customer_id"]), not one["is_approved"]
            )
            for one in self.messages
        ]
        adders = {"M-35": update_time, "M-35d": update_time, "M-35e": monthly_share}
        plans = [(name, seen[name], adders.get(name, proportion), DIMENSIONS) for name in names]
        return [*plans, ("M-34u", sent, count, DIMENSIONS)]

    def _account(self, key: tuple[str, str], entries: list[Row], seen: dict[str, list[Observation]]) -> None:
        incident, where, as_of = self.incidents[key[0]], self.where(*key), self.facts.as_of
        calls = [one.at for one in self.contacts if (one.incident_id, one.customer_id) == key and not one.is_reconnect]
        number = sum(in_window(incident, at) for at in calls)
        week = self.week(entries[0]["added_at"] if entries else min(calls))
        is_over = incident["resolved_at"] is not None and incident["resolved_at"] + AFTER <= as_of
        updates = self.told(*key)
        if number and is_over:
            seen["M-37"].append(Observation(week, where, number >= 2))
        if updates:
            answered = any(one["clicked_at"] or one["replied_at"] for one in updates)
            seen["M-38"].append(Observation(week, where, answered))
        if not entries:
            return
        if is_over:
            seen["M-33c"].append(Observation(week, where, number > 0))
        seen["M-34"].append(Observation(week, where, bool(updates)))
        detected = incident["detected_at"] or incident["opened_at"]
        first = min((one["delivered_at"] for one in updates), default=None)
        seen["M-35d"].append(self._wait(week, where, detected, first))
        self._left(key[1], week, where, entries[0]["added_at"], start_of(incident), seen)

    def _left(
        self, customer: str, week: date, where: dict[str, str], known: datetime, start: datetime, seen: dict[str, Any]
    ) -> None:
        left = self.customers.get(customer, {}).get("churned_at")
        if left and left <= start:
            return
        after = left - start if left else None
        is_event = after is not None and after <= MONTH
        delay = after if is_event else min(self.facts.as_of - start, MONTH)
        seen["M-35e"].append(
            Observation(week, where, is_event, delay or timedelta(0), is_event, self.facts.as_of - known)
        )

    def _account_stages(self, key: tuple[str, str], added: datetime, seen: dict[str, list[Observation]]) -> None:
        stages = self.stages[key[0]]
        for place, stage in enumerate(stages):
            if place + 1 < len(stages) and added >= stages[place + 1]["at"]:
                continue
            owed = max(stage["at"], added)
            first = min((one["delivered_at"] for one in self.told(*key, place)), default=None)
            wait = self._wait(self.week(owed), self.where(*key), owed, first)
            seen["M-35"].append(wait)
            seen["M-34s"].append(Observation(wait.week, wait.dimensions, first is not None))

    def _wait(self, week: date, where: dict[str, str], since: datetime, until: datetime | None) -> Observation:
        if until is None:
            return Observation(week, where, 0, self.facts.as_of - since, False)
        return Observation(week, where, 1, max(until - since, timedelta(0)), True)

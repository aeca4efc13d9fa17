"""Rules of the seeds, evaluated call by call on what was known when it started."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .world import Row, World, winners

SEEDS = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds"


def seed(name: str) -> list[Row]:
    """The rows of a seed, empty texts as None."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8") as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]


def holds(rule: Row, at: datetime, workflow: str) -> bool:
    """Whether a versioned row is valid at the instant and for the workflow."""
    start = datetime.fromisoformat(rule["valid_from"]).replace(tzinfo=UTC)
    end = datetime.fromisoformat(rule["valid_to"]).replace(tzinfo=UTC) if rule["valid_to"] else None
    return rule["workflow"] in ("any", workflow) and start <= at and (end is None or at < end)


def known_version(rows: list[Row], at: datetime) -> Row | None:
    """The version written last before or at the instant."""
    past = [row for row in rows if row["source_updated_at"] <= at]
    return max(past, key=lambda row: row["source_updated_at"]) if past else None


@dataclass
class Known:
    """What is looked up for a call."""

    world: World
    contacts: list[Row]
    as_of: datetime

    def __post_init__(self) -> None:
        self.rules = seed("mandated_rules")
        self.versions: dict[str, dict[str, list[Row]]] = {}
        for source in ("customers", "orders"):
            self.versions[source] = defaultdict(list)
            for row in self.world[source]:
                self.versions[source][row[f"{source[:-1]}_id"]].append(row)
        self.orders = {row["order_id"]: row for row in winners("orders", self.world["orders"])}
        self.disputes = winners("disputes", self.world["disputes"])
        self.actions = [row for row in winners("call_actions", self.world["call_actions"])
                        if row["requested_at"] <= self.as_of]  # fmt: skip
        self.times: dict[str, list[datetime]] = defaultdict(list)
        for row in self.contacts:
            self.times[row["customer_id"]].append(row["started_at"])
        self.contact_calls = {row["call_id"] for row in self.contacts}

    def met(self, call: Row, record: Row) -> list[Row]:
        """The rules an engaged inbound call meets."""
        at = call["started_at"]
        return [rule for rule in self.rules if holds(rule, at, call["workflow"]) and self._meets(rule, call, record)]

    def _meets(self, rule: Row, call: Row, record: Row) -> bool:
        tests: dict[str, Callable[[Row, Row, Row], bool]] = {
            "reason_code": lambda rule, call, _: call["reason_code"] == rule["value"],
            "delivery_stage": lambda rule, call, _: call["delivery_stage"] == rule["value"],
            "customer_tier": lambda rule, _, record: self._then("customers", record, "tier") == rule["value"],
            "order_risk": lambda rule, _, record: self._then("orders", record, "risk_level") == rule["value"],
            "order_value": self._is_dear,
            "dispute": lambda _, call, record: any(
                row["order_id"] == record["order_id"] and row["opened_at"] <= call["started_at"]
                for row in self.disputes
            ),
            "match_confidence": lambda rule, _, record: (
                record["match_confidence"] is not None and record["match_confidence"] < float(rule["threshold"])
            ),
            "risk_flag": lambda rule, _, record: rule["value"] in (record["risk_flags"] or []),
            "action_type": lambda rule, call, _: any(
                row["call_id"] == call["call_id"] and row["action_type"] == rule["value"] for row in self.actions
            ),
            "earlier_contacts": self._is_repeated,
        }
        return tests[rule["fact"]](rule, call, record)

    def _then(self, source: str, record: Row, column: str) -> Any:
        """A column of the customer or order in the version known when the call started."""
        rows = self.versions[source].get(record[f"{source[:-1]}_id"], [])
        version = known_version(rows, record["started_at"])
        return version and version[column]

    def _is_dear(self, rule: Row, call: Row, record: Row) -> bool:
        order = self.orders.get(record["order_id"])
        if order is None or order["placed_at"] > min(call["started_at"], self.as_of):
            return False
        return bool(order["currency"] == rule["value"] and order["net"] >= float(rule["threshold"]))

    def _is_repeated(self, rule: Row, call: Row, record: Row) -> bool:
        if call["call_id"] not in self.contact_calls or rule["value"] not in ("any", call["reason_code"]):
            return False
        at, window = call["started_at"], timedelta(hours=float(rule["window_hours"]))
        earlier = [time for time in self.times[record["customer_id"]] if at - window <= time < at]
        return len(earlier) >= float(rule["threshold"])


def policy(rows: list[Row], kind: str, subject: str, at: datetime, workflow: str) -> Row | None:
    """The row for a subject, that of the workflow before 'any'."""
    fitting = [
        row for row in rows if row["subject_kind"] == kind and row["subject"] == subject and holds(row, at, workflow)
    ]
    return max(fitting, key=lambda row: row["workflow"] != "any", default=None)


def is_true(row: Row | None, column: str) -> bool:
    """A flag of a policy row; False without a row."""
    return row is not None and row[column] == "true"


def by_key(rows: list[Row], column: str) -> dict[Any, list[Row]]:
    """Rows by the value of one column."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups

"""The messy world with a launch in it: people before, the agent after, and issue types on some tickets."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.recompute.messy_calls import Shop
from tests.recompute.messy_edges import EdgeCases
from tests.recompute.messy_orders import AS_OF
from tests.recompute.messy_world import write_world

SEED, CALLS = 23, 700
ZONE = "Europe/Berlin"
# not at midnight and not on a Monday; the second scope has too few weeks before it
SCOPES = (
    {"workflow": "order_support", "source_system": "any", "segment": "any", "go_live_at": "2024-10-22T10:30:00Z"},
    {"workflow": "order_support", "source_system": "gorgias", "segment": "any", "go_live_at": "2024-10-24T00:00:00Z"},
    {"workflow": "order_support", "source_system": "any", "segment": "vip", "go_live_at": "2024-10-04T00:00:00Z"},
    {"workflow": "incident", "source_system": "any", "segment": "any", "go_live_at": "2024-10-22T10:30:00Z"},
)
BASELINE_FROM = {("gorgias", "any"): datetime(2024, 9, 23, 12, tzinfo=UTC)}
__all__ = ["AS_OF", "BASELINE_FROM", "SCOPES", "ZONE", "write_lab"]


def write_lab(landing: Path) -> None:
    """Write the messy world and, over it, who answered and what the helpdesk calls the issues."""
    write_world(landing, SEED, CALLS)
    shop = Shop(SEED, CALLS)
    rows = shop.build()
    EdgeCases(shop).add_all()
    lines = []
    for number, scope in enumerate(SCOPES):
        start = BASELINE_FROM.get((scope["source_system"], scope["segment"]))
        lines.append({**scope, **({"baseline_from": start} if start else {}), "tuned_at": None if number else AS_OF})
    _write(landing, "launch_scopes", lines)
    by_people = [
        {**row, "agent_version": "Human", "source_updated_at": row["source_updated_at"] + timedelta(days=60)}
        for number, row in enumerate(rows["calls"])
        # one in seven calls before the launch is a trial of the agent
        if row["started_at"] < datetime(2024, 10, 22, 10, 30, tzinfo=UTC) and number % 7
    ]
    _write(landing, "calls", by_people)
    kinds = ("wismo", "WISMO", "ret", "something else", None)
    named = [
        {**row, "issue_type": kinds[number % 5], "source_updated_at": row["source_updated_at"] + timedelta(days=60)}
        for number, row in enumerate(rows["tickets"])
    ]
    _write(landing, "tickets", named)


def _write(landing: Path, source: str, rows: list[dict]) -> None:
    folder = landing / source
    folder.mkdir(exist_ok=True)
    with (folder / "lab.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, default=lambda value: value.isoformat()) + "\n")

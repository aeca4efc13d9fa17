"""A small messy world: calls with hand-offs, documents, promises, actions and what is known of them when."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

from .world_base import START, Row, World, some
from .world_calls import add_call
from .world_escalations import add_escalations

AS_OF = datetime(2026, 2, 4, 15, 30, tzinfo=UTC)
ZONES = (UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-7)))
KEYS = {
    "call_turns": ("call_id", "turn_no"),
    "call_events": ("call_id", "event_seq"),
    "call_actions": ("call_id", "action_type", "target_id"),
    "ticket_events": ("ticket_id", "event_id"),
    "owner_alerts": ("alert_id",),
    "order_items": ("order_id", "line_no"),
}


def key_of(source: str, row: Row) -> tuple[Any, ...]:
    """The natural key of a row."""
    names = KEYS.get(source, (f"{source.removesuffix('s')}_id",))
    return tuple(row[name] for name in names)


def make_world(seed: int = 5, calls: int = 260) -> World:
    """Every row that is delivered, older versions and copies included, in order of delivery."""
    random = Random(seed)
    world: World = defaultdict(list)
    world["owners"] = [{"owner_id": "w1", "name": "A", "team": "Desk", "kind": "human"}]
    for number in range(40):
        _customer(world, random, number)
    for number in range(70):
        _order(world, random, number)
    for number in range(calls):
        add_call(world, random, number)
    add_escalations(world, Random(seed + 1))
    for source, rows in world.items():
        rows.extend(dict(row) for row in rows if random.random() < 0.05)
        if source != "calls":
            random.shuffle(rows)
    return world


def _customer(world: World, random: Random, number: int) -> None:
    row = {"customer_id": f"k{number}", "segment": random.choice(["new", "vip", None]), "region": "north"}
    first = START - timedelta(days=9)
    world["customers"].append(row | {"source_updated_at": first, "tier": random.choice(["vip", "gold", "standard"])})
    if number % 3 == 0:
        later = START + some(random, 0, 25 * 86400)
        world["customers"].append(row | {"source_updated_at": later, "tier": random.choice(["vip", "standard"])})


def _order(world: World, random: Random, number: int) -> None:
    placed = START + some(random, -10 * 86400, 20 * 86400)
    row = {
        "order_id": f"o{number}",
        "customer_id": f"k{number % 40}",
        "placed_at": placed,
        "currency": random.choice(["EUR", "USD", "CHF"]),
        "net": random.choice([20, 299.99, 300, 700]),
    }
    risk = random.choice(["low", "low", "high"])
    world["orders"].append(row | {"source_updated_at": placed, "risk_level": risk})
    if number % 4 == 0:
        later = placed + some(random, 3600, 9 * 86400)
        world["orders"].append(row | {"source_updated_at": later, "risk_level": random.choice(["low", "fraud"])})
    world["order_items"].append(
        {"order_id": f"o{number}", "line_no": 1, "sku": f"S{number}", "quantity": 1, "unit_price": 9}
    )
    if number % 6 == 0:
        opened = placed + some(random, 0, 12 * 86400)
        world["disputes"].append(
            {"dispute_id": f"x{number}", "source_updated_at": opened, "order_id": f"o{number}", "opened_at": opened}
        )


def write(world: World, landing: Path, seed: int = 5) -> None:
    """Two files a source, the older version not always before the newer; times in several zones."""
    random = Random(seed)
    for source, rows in world.items():
        folder = landing / source
        folder.mkdir(parents=True)
        half = len(rows) // 2
        for name, part in (("z", rows[:half]), ("a", rows[half:])):
            lines = (json.dumps({key: _spelled(random, value) for key, value in row.items()}) for row in part)
            (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _spelled(random: Random, value: Any) -> Any:
    return value.astimezone(random.choice(ZONES)).isoformat() if isinstance(value, datetime) else value


def winners(source: str, rows: Iterable[Row]) -> list[Row]:
    """The version of each key with the latest source_updated_at; copies are equal."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = key_of(source, row)
        if key not in found or row.get("source_updated_at", 0) > found[key].get("source_updated_at", 0):
            found[key] = row
    return list(found.values())

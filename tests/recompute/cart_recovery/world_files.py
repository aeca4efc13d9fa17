"""A small messy world of abandoned carts: landing files with copies, older versions, nulls, ties and window edges."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random

from .world import HOUR, SKUS, START, Row, World
from .world_carts import add_cart, add_order

ZONES = (UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-7)))


def write_world(landing: Path, seed: int = 5) -> None:
    """Write the landing folder."""
    world = World(seed)
    _people(world)
    for number in range(420):
        add_cart(world, number)
    for number in range(160):
        add_order(world, f"other{number}", world.someone(), world.moment(), world.random.sample(SKUS, 2), None)
    _chats(world, Random(seed + 1))
    _files(world, landing)


def _chats(world: World, random: Random) -> None:
    """Customers who wrote to support before, some exactly 90 days before they abandoned a cart."""
    carts = [row for row in world.rows["carts"] if row.get("abandoned_at") and row.get("customer_id")]
    for number, cart in enumerate(random.sample(carts, 90)):
        days = random.choice([0, 1, 40, 90, 120])
        at = cart["abandoned_at"] - timedelta(days=days) + random.choice([-1, 0, 1]) * timedelta(seconds=1)
        world.add(
            "tickets",
            ticket_id=f"T{number}",
            source_updated_at=at,
            created_at=at,
            channel="chat",
            customer_id=cart["customer_id"],
            requested_by_customer=True,
        )


def _people(world: World) -> None:
    random = world.random
    for number in range(90):
        customer = f"C{number}"
        if number % 11:
            world.add(
                "customers",
                customer_id=customer,
                source_updated_at=START,
                segment=random.choice(["new", "vip", None]),
                region=random.choice(["North", "South", None]),
                email="x@mail.example" if number % 3 else None,
            )
        for channel in ("voice", "email", "sms", "whatsapp"):
            if world.chance(0.8):
                world.add(
                    "consents",
                    customer_id=customer,
                    channel=channel,
                    valid_from=START - timedelta(days=30),
                    status="granted",
                )
            if world.chance(0.12):
                world.add(
                    "consents", customer_id=customer, channel=channel, valid_from=world.moment(), status="revoked"
                )
        if number == 7:
            for channel in ("phone", "email", "sms", "whatsapp"):
                world.add("consents", customer_id=customer, channel=channel, valid_from=START, status="revoked")
        if world.chance(0.8):
            world.add(
                "experiment_assignments",
                experiment="carts",
                customer_id=customer,
                arm=random.choice(["treatment", "treatment", "holdout"]),
                assigned_at=START - HOUR if world.chance(0.8) else world.moment(),
            )
    world.add("owners", owner_id="u1", name="Ann", team="Desk", kind="human")
    world.add(
        "incidents",
        incident_id="i1",
        source_updated_at=START,
        opened_at=START + timedelta(days=20),
        resolved_at=START + timedelta(days=22),
    )
    for number in range(0, 90, 9):
        world.add(
            "incident_accounts",
            incident_id="i1",
            customer_id=f"C{number}",
            roster_version=1,
            added_at=START + timedelta(days=20),
        )


def _files(world: World, landing: Path) -> None:
    random = world.random
    for source, rows in world.rows.items():
        lines = [_line(row, random) for row in rows]
        lines += random.sample(lines, len(lines) // 20)
        if "source_updated_at" in rows[0]:
            for row in random.sample(rows, len(rows) // 10):
                lines.append(_line(_older(source, row), random))
        random.shuffle(lines)
        folder = landing / source
        folder.mkdir(parents=True)
        half = len(lines) // 2
        for name, part in (("a", lines[:half]), ("b", lines[half:])):
            (folder / f"{name}.jsonl").write_text("\n".join(part) + "\n", encoding="utf-8")


def _older(source: str, row: Row) -> Row:
    changed = {"carts": {"value": 1, "skus": ["S0"]}, "orders": {"net": 1}, "refunds": {"amount": 1},
               "outreach_attempts": {"delivered_at": None}}  # fmt: skip
    return {**row, **changed.get(source, {}), "source_updated_at": row["source_updated_at"] - HOUR}


def _line(row: Row, random: Random) -> str:
    spelled = {}
    for column, value in row.items():
        if isinstance(value, datetime):
            value = value.astimezone(random.choice(ZONES)).isoformat()
        spelled[column] = value
    return json.dumps(spelled)

"""The cells of M-07b and M-14c in the layout of all metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from tests.recompute.call_facts import DIMENSIONS
from tests.recompute.comparison import stated_reasons
from tests.recompute.metric_cells import Cell, CellKey
from tests.recompute.observations import World
from tests.recompute.oracle import recompute
from tests.recompute.product_run import Published

from .deflection import Deflection, Scope, baselines, deflections, units
from .purchases import arms, differences, landmark
from .world import AS_OF, BASELINE_FROM, SCOPES, ZONE

ALL = "(all)"


@dataclass(frozen=True)
class Deflected:
    """Scopes with a baseline, and every published cell of M-07b."""

    known: set[Scope]
    cells: dict[tuple[date, tuple[str, str]], Deflection]


def lab_world(folder: Path, published: Published) -> World:
    """The landing files recomputed; what the classifier heard is taken as given."""
    reasons = stated_reasons(published.table("marts.fct_calls"), published.table("marts.fct_contacts"))
    return recompute(folder / "landing", AS_OF, ZONE, reasons).world


def deflected(world: World, published: Published) -> Deflected:
    """M-07b by week, source and segment."""
    scopes = []
    for one in SCOPES:
        if one["workflow"] == "order_support":
            live = datetime.fromisoformat(one["go_live_at"].replace("Z", "+00:00"))
            key = (one["source_system"], one["segment"])
            scopes.append(Scope(*key, live, BASELINE_FROM.get(key, live - timedelta(weeks=8))))
    codes = published.table("staging.reason_codes")
    groups = {row["l1"] for row in codes} | {row["stated_group"] for row in codes if row["stated_group"]}
    found = list(units(world, scopes, groups))
    orders = [(row["placed_at"], world.book.segment(row["customer_id"])) for row in world.rows["orders"]]
    known = baselines(found, scopes, orders)
    return Deflected(set(known), deflections(world, found, known, scopes, orders))


def lab_cells(folder: Path, published: Published) -> dict[CellKey, Cell]:
    """Every cell of M-07b and M-14c that is published."""
    world = lab_world(folder, published)
    cells: dict[CellKey, Cell] = {}
    for (week, (source, segment)), one in deflected(world, published).cells.items():
        events = 0.0 if one.value is None else one.value * one.contacts
        cells[_key("M-07b", week, source=source, segment=segment)] = Cell(
            events, one.contacts, one.value, one.interval or (None, None)
        )
    found = arms(world)
    for days in (30, 90):
        for (week, segment), cell in differences(found, days).items():
            if landmark(week, world.zone) + timedelta(days=days) <= AS_OF:
                cells[_key(f"M-14c{days}", week, segment=segment)] = cell
    return cells


def _key(metric: str, week: date, **values: str) -> CellKey:
    sliced = [name for name in DIMENSIONS if values.get(name, ALL) != ALL]
    return metric, week, "+".join(sliced) or "all", tuple(values.get(name, ALL) for name in DIMENSIONS)

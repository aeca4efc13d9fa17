"""Every cell of the metrics about order exceptions, carriers and messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tests.recompute.metric_cells import Cell, CellKey
from tests.recompute.product_run import Published

from .exception_units import Cases
from .message_units import Messages
from .order_states import Timeline
from .order_story import HOUR, Story
from .scorecards import flights
from .shipment_units import flag_units, shipment_units
from .units import Unit, cells_of, difference_cells, rate_cells
from .world import ExceptionShop


def make_units(story: Story, timelines: dict[str, Timeline]) -> dict[str, list[Unit]]:
    """Every unit of every metric that needs the landing files only."""
    cases, found = Cases(story, timelines), defaultdict(list)
    for metric, unit in (
        *shipment_units(story, cases.all), *flag_units(story), *cases.units(), *cases.action_units(),
        *Messages(story, timelines).units(),
    ):  # fmt: skip
        found[metric].append(unit)
    found["M-47"] = list(cases.investigation_units())
    return found


def asked_units(story: Story, published: Published) -> Iterator[Unit]:
    """Orders with the contacts that ask where they are; the classifier's groups are taken as given."""
    asked = [
        (row["order_id"], row["started_at"])
        for row in published.table("marts.fct_contacts")
        if row["stated_reason_group"] == "WISMO"
    ]
    for order_id, order in story.orders.items():
        parcels, placed = story.parcels[order_id], order["placed_at"]
        number = sum(one == order_id and placed <= at <= placed + 720 * HOUR for one, at in asked)
        yield Unit(placed, story.dimensions(order_id, parcels[0] if parcels else None), number)


def exception_cells(published: Published) -> dict[CellKey, Cell]:
    """Every cell, from the records of the shop and the product's stated groups."""
    story = Story(ExceptionShop().build())
    timelines = {order_id: Timeline(story, order_id) for order_id in story.orders}
    cells: dict[CellKey, Cell] = {}
    for metric, units in make_units(story, timelines).items():
        cells |= cells_of(metric, units)
    cells |= cells_of("M-13w", list(asked_units(story, published)))
    cells |= difference_cells("M-48c", list(Cases(story, timelines).notice_units()), 192)
    return cells | rate_cells("M-30", flights(story))

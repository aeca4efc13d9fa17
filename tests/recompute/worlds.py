"""The six worlds: how each is landed, run and recomputed. Every cell that is compared anywhere comes from here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from . import messy_world
from .cart_recovery import metrics as cart_metrics
from .cart_recovery import world as cart_world
from .cart_recovery.facts import Landing, attempts
from .cart_recovery.recovery import recovered_episodes
from .cart_recovery.world_files import write_world as write_carts
from .comparison import stated_reasons
from .exceptions import world as exception_world
from .exceptions.landing_files import write_landing
from .exceptions.published_cells import exception_cells
from .handoffs import world as handoff_world
from .handoffs.adders import ADDERS
from .handoffs.escalations import add_escalations, add_links, add_lookups
from .handoffs.oracle import Oracle
from .incidents import world as incident_world
from .incidents.landing import read
from .incidents.metrics import Incidents
from .lab import world as lab_world
from .lab.cells import lab_cells
from .metric_cells import Cell, CellKey
from .oracle import recompute
from .product_run import Published, run_product

ZONE = "Europe/Berlin"
Cells = dict[CellKey, Cell]


@dataclass(frozen=True)
class World:
    """One world: its landing files, its as-of and what is recomputed from them."""

    write: Callable[[Path], None]
    as_of: datetime
    cells: Callable[[Path, Published], Cells]

    def make(self, folder: Path) -> None:
        """Land the files and run the product once."""
        self.write(folder / "landing")
        run_product(folder / "landing", folder / "warehouse", self.as_of, ZONE)


def _core(folder: Path, published: Published) -> Cells:
    reasons = stated_reasons(published.table("marts.fct_calls"), published.table("marts.fct_contacts"))
    return recompute(folder / "landing", messy_world.AS_OF, ZONE, reasons).cells


def _carts(folder: Path, published: Published) -> Cells:
    # what the classifier heard is taken as given
    reasons = {row["call_id"]: row for row in published.table("marts.fct_calls")}
    land = Landing(folder / "landing")
    tried = attempts(land)
    return cart_metrics.cells(land, tried, recovered_episodes(land, tried, reasons), reasons)


def _write_exceptions(folder: Path) -> None:
    shop = exception_world.ExceptionShop().build()
    write_landing(shop.rows, shop.older, folder)


def _exceptions(folder: Path, published: Published) -> Cells:
    return exception_cells(published)


def _write_handoffs(folder: Path) -> None:
    handoff_world.write(handoff_world.make_world(), folder)


def _handoffs(folder: Path, published: Published) -> Cells:
    calls, contacts = published.table("marts.fct_calls"), published.table("marts.fct_contacts")
    oracle = Oracle(handoff_world.make_world(), calls, contacts, handoff_world.AS_OF, ZoneInfo(ZONE))
    for add in ADDERS:
        add(oracle)
    for add_named in (add_escalations, add_lookups, add_links):
        add_named(oracle, published)
    return oracle.cells


def _incidents(folder: Path, published: Published) -> Cells:
    return Incidents(read(folder / "landing", incident_world.AS_OF, ZONE, published)).cells()


WORLDS = {
    "core": World(messy_world.write_world, messy_world.AS_OF, _core),
    "carts": World(write_carts, cart_world.AS_OF, _carts),
    "exceptions": World(_write_exceptions, exception_world.AS_OF, _exceptions),
    "handoffs": World(_write_handoffs, handoff_world.AS_OF, _handoffs),
    "incidents": World(incident_world.write_world, incident_world.AS_OF, _incidents),
    "lab": World(lab_world.write_lab, lab_world.AS_OF, lab_cells),
}


def slices_by_metric(keys: list[tuple[str, str]]) -> dict[str, set[str]]:
    """Metric -> the slices it stands in."""
    found: dict[str, set[str]] = defaultdict(set)
    for metric, slice_by in keys:
        found[metric].add(slice_by)
    return found

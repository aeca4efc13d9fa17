"""The product and a recomputation from the definitions say the same about incidents, in every cell."""

from __future__ import annotations

import pytest

from .comparison import metric_differences, report
from .incidents.landing import Facts, read
from .incidents.metrics import Incidents
from .incidents.world import AS_OF, ZONE, write_world
from .product_run import Published, run_product

pytestmark = pytest.mark.timeout(900)
TABLES = ("fct_calls", "fct_contacts", "fct_incident_contacts", "metric_weekly", "dim_metrics", "fct_incident_signals")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, Published]:
    """The product run once over the incident world."""
    folder = tmp_path_factory.mktemp("incidents")
    write_world(folder / "landing")
    run_product(folder / "landing", folder / "warehouse", AS_OF, ZONE)
    published = Published(folder / "warehouse")
    for name in TABLES:
        published.table(f"marts.{name}")
    return read(folder / "landing", AS_OF, ZONE, published), published


@pytest.fixture(scope="module")
def recomputed(published: tuple[Facts, Published]) -> Incidents:
    """The same from the landing files."""
    return Incidents(published[0])


def test_contacts_belong_to_the_same_incident(recomputed: Incidents, published: tuple[Facts, Published]) -> None:
    """Link, else signature, account and time, to the second."""
    ours = {one.contact_id: (one.incident_id, one.link_rule) for one in recomputed.contacts}
    theirs = {
        row["contact_id"]: (row["incident_id"], row["link_rule"])
        for row in published[1].table("marts.fct_incident_contacts")
    }
    assert ours == theirs
    assert {"call:e0", "call:e2"} <= ours.keys()
    assert not {"call:e1", "call:e3", "call:f0"} & ours.keys()


def test_metrics(recomputed: Incidents, published: tuple[Facts, Published]) -> None:
    """Every cell of every incident metric."""
    cells = recomputed.cells()
    theirs = published[1].table("marts.metric_weekly")
    found = metric_differences(cells, theirs)
    assert not found, report(found)
    registered = {row["metric_id"] for row in published[1].table("marts.dim_metrics") if row["workflow"] == "incident"}
    assert {key[0] for key in cells} == registered

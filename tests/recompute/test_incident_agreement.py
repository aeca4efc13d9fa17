"""The product and a recomputation from the definitions say the same about incidents, in every cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .comparison import metric_differences, report, value_differences
from .incidents.contacts import firing_reports, signals, ticket_use
from .incidents.known import five_facts, packet
from .incidents.landing import Facts, read
from .incidents.metrics import Incidents
from .incidents.world import AS_OF, ZONE
from .product_run import Published

pytestmark = pytest.mark.timeout(900)
TABLES = ("fct_calls", "fct_contacts", "fct_incident_contacts", "metric_weekly", "dim_metrics", "fct_incident_signals")


@pytest.fixture(scope="module")
def published(world_run: Callable[[str], Path]) -> tuple[Facts, Published]:
    """The product run once over the incident world."""
    folder = world_run("incidents")
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


@pytest.mark.requirement("SD119", "SD121", "SD122", "SD125", "SD126", "SD127", "SD128", "SD131", "SD132", "SD133")
@pytest.mark.requirement("SD134", "SD135", "SD136", "SD137", "SD138", "SD139", "SD140", "SD141", "SD142")
def test_metrics(recomputed: Incidents, published: tuple[Facts, Published]) -> None:
    """Every cell of every incident metric."""
    cells = recomputed.cells()
    theirs = published[1].table("marts.metric_weekly")
    found = metric_differences(cells, theirs)
    assert not found, report(found)
    registered = {row["metric_id"] for row in published[1].table("marts.dim_metrics") if row["workflow"] == "incident"}
    assert {key[0] for key in cells} == registered


@pytest.mark.requirement("SD124", "SD140")
def test_facts_looked_up_at_the_start(recomputed: Incidents, published: tuple[Facts, Published]) -> None:
    """SD124 status, service, tier, open ticket and approved message; SD140 the nine fields of the packet."""
    theirs = {row["contact_id"]: row for row in published[1].table("marts.fct_incident_contacts")}
    found = []
    for contact in recomputed.contacts:
        has_ticket, _ = ticket_use(recomputed.facts, contact, recomputed.tickets)
        ours = five_facts(recomputed.facts, contact, has_ticket) | packet(recomputed.facts, contact)
        found += value_differences(contact.contact_id, ours, theirs[contact.contact_id])
    assert not found, report(found)


@pytest.mark.requirement("SD121", "SD137")
def test_signals(recomputed: Incidents, published: tuple[Facts, Published]) -> None:
    """SD121, SD137 each signal: its code, its first firing report and whether it means an incident."""
    ours = {(one["code"], one["first"].at, one["is_incident"]) for one in signals(recomputed.facts)}
    theirs = published[1].table("marts.fct_incident_signals")
    assert ours == {(row["signature"], row["signal_at"], row["is_incident"]) for row in theirs}
    firing = {report.contact_id: arms for report, arms in firing_reports(recomputed.facts)}
    assert firing["call:s2"] == {"customers"}
    assert "call:n2" not in firing
    assert {arm for arms in firing.values() for arm in arms} == {"customers", "high_value", "known_error"}

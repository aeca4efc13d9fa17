"""The product and a plain recomputation say the same about hand-offs, rules, promises and actions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.recompute.comparison import metric_differences, report
from tests.recompute.product_run import Published

from .adders import ADDERS
from .escalations import add_escalations, add_links, add_lookups
from .oracle import Oracle
from .world import AS_OF, make_world

ZONE = "Europe/Berlin"
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def world() -> dict:
    return make_world()


@pytest.fixture(scope="module")
def published(world_run: Callable[[str], Path]) -> Published:
    return Published(world_run("handoffs") / "warehouse")


@pytest.fixture(scope="module")
def oracle(world, published) -> Oracle:
    calls = published.table("marts.fct_calls")
    contacts = [
        {**row, "customer_id": row["customer_id"], "call_id": row["call_id"]}
        for row in published.table("marts.fct_contacts")
    ]
    return Oracle(world, calls, contacts, AS_OF, ZoneInfo(ZONE))


@pytest.mark.requirement("SD082", "SD084", "SD086", "SD087", "SD088", "SD089", "SD090", "SD091", "SD092", "SD095")
@pytest.mark.requirement("SD096", "SD097", "SD107", "SD108", "SD109", "SD111", "SD112", "SD113", "SD114", "SD116")
@pytest.mark.requirement("SD117", "SD118")
@pytest.mark.parametrize("adder", ADDERS)
@pytest.mark.requirement(
    "SD009",
    "SD011",
    "SD012",
    "SD015",
    "SD016",
    "SD023",
    "SD024",
    "SD027",
    "SD030",
    "SD032",
    "SD034",
    "SD037",
    "SD038",
    "SD039",
    "SD040",
    "SD041",
    "SD042",
    "SD044",
    "SD046",
    "SD047",
)
def test_every_cell(adder, oracle, published) -> None:
    """Numerator, denominator, value and interval of each metric in every slice."""
    oracle.cells = {}
    adder(oracle)
    metrics = {key[0] for key in oracle.cells}
    assert len(oracle.cells) > 50
    differences = metric_differences(oracle.cells, published.table("marts.metric_weekly"))
    assert not differences, report(differences)
    # each of them has events, else agreement says nothing
    for metric in metrics:
        events = [cell.numerator for key, cell in oracle.cells.items() if key[0] == metric and key[2] == "all"]
        assert any(events), metric


@pytest.mark.requirement("SD089", "SD099", "SD130")
@pytest.mark.requirement("SD013", "SD016", "SD073")
def test_every_rule_met(oracle, published) -> None:
    """SD013, SD016, SD073, SD110, SD130: the rules of a call, by what was known at call time."""
    ours = {(row["call_id"], rule["rule_id"]) for row in oracle.conduct for rule in row["rules"]}
    theirs = {(row["call_id"], row["rule_id"]) for row in published.table("marts.fct_call_policies")}
    assert ours == theirs
    facts = {rule["fact"] for row in oracle.conduct for rule in row["rules"]}
    assert len(facts) >= 8, facts


@pytest.mark.requirement("SD003", "SD011", "SD117", "SD126")
@pytest.mark.parametrize("adder", [add_escalations, add_lookups, add_links])
def test_escalations_lookups_and_links(adder, oracle, published) -> None:
    """M-08 by target and initiator adds up to M-08; look-ups by kind; links that arrived and were opened."""
    oracle.cells = {}
    adder(oracle, published)
    assert len(oracle.cells) > 50
    differences = metric_differences(oracle.cells, published.table("marts.metric_weekly"))
    assert not differences, report(differences)
    for metric in {key[0] for key in oracle.cells}:
        assert any(cell.numerator for key, cell in oracle.cells.items() if key[0] == metric and key[2] == "all"), metric

"""The product and the oracle must say the same about a messy landing folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from .comparison import (
    call_differences,
    contact_differences,
    metric_differences,
    report,
    stated_reasons,
)
from .ledger_comparison import file_name, ledger_differences, quarantine_differences
from .messy_world import AS_OF
from .oracle import Recomputed, recompute
from .product_run import Published, Table, run_product

ZONE = "Europe/Berlin"
MARTS = ("marts.fct_calls", "marts.fct_contacts", "marts.metric_weekly")
COUNTS = ("rows_read", "rows_loaded", "rows_duplicate", "rows_superseded", "rows_quarantined")

# five runs of the product serve every test of this file
pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Outcome:
    """One landing folder and what the product published for it."""

    landing: Path
    warehouse: Path
    published: Published


@pytest.fixture(scope="module")
def landing(world_run: Callable[[str], Path]) -> Path:
    """The messy world, not to be changed by a test."""
    return world_run("core") / "landing"


@pytest.fixture(scope="module")
def whole(world_run: Callable[[str], Path]) -> Outcome:
    """The product run once over everything."""
    folder = world_run("core")
    published = Published(folder / "warehouse")
    for name in (*MARTS, "ops.load_ledger", "ops.quarantine"):
        # read now: a later run replaces the published file
        published.table(name)
    return Outcome(folder / "landing", folder / "warehouse", published)


@pytest.fixture(scope="module")
def recomputed(whole: Outcome) -> Recomputed:
    """The oracle over the same folder, with the stated reasons of the product."""
    reasons = stated_reasons(whole.published.table("marts.fct_calls"), whole.published.table("marts.fct_contacts"))
    return recompute(whole.landing, AS_OF, ZONE, reasons)


@pytest.fixture(scope="module")
def instalments(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The same files under shuffled names, landed in three parts with a run after each."""
    random = Random(11)
    folder, warehouse = (
        tmp_path_factory.mktemp("parts") / "landing",
        tmp_path_factory.mktemp("parts-out"),
    )
    files = sorted(path for path in landing.rglob("*") if path.is_file())
    random.shuffle(files)
    for part in (files[0::3], files[1::3], files[2::3]):
        for path in part:
            target = folder / renamed(path.relative_to(landing), random)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        run_product(folder, warehouse, AS_OF, ZONE)
    return Outcome(folder, warehouse, Published(warehouse))


def renamed(path: Path, random: Random) -> Path:
    """Another name with the same ending in the same source folder."""
    ending = "".join(Path(path.name).suffixes[-2:]) if path.name.endswith(".gz") else path.suffix
    return Path(path.parts[0]) / f"{random.randrange(16**8):08x}{ending}"


def test_ledger(whole: Outcome, recomputed: Recomputed) -> None:
    """Every input row ends where the contract puts it."""
    theirs = whole.published.table("ops.load_ledger")
    found = ledger_differences(recomputed.ledger, theirs, whole.landing)
    assert not found, report(found)


def test_quarantine(whole: Outcome, recomputed: Recomputed) -> None:
    """The refused rows are the same, by file and line."""
    theirs = whole.published.table("ops.quarantine")
    found = quarantine_differences(recomputed.ledger, theirs, whole.landing)
    assert not found, report(found)


def test_calls(whole: Outcome, recomputed: Recomputed) -> None:
    """Every column of every call agrees."""
    found = call_differences(recomputed, whole.published.table("marts.fct_calls"))
    assert not found, report(found)


def test_contacts(whole: Outcome, recomputed: Recomputed) -> None:
    """Contacts and their repeats agree."""
    tables = (whole.published.table("marts.fct_contacts"), whole.published.table("marts.fct_calls"))
    found = contact_differences(recomputed, *tables)
    assert not found, report(found)


@pytest.mark.requirement("SD001", "SD002", "SD005", "SD007", "SD017", "SD018", "SD019", "SD020", "SD021", "SD157")
def test_metrics(whole: Outcome, recomputed: Recomputed) -> None:
    """Every metric cell agrees."""
    found = metric_differences(recomputed.cells, whole.published.table("marts.metric_weekly"))
    assert not found, report(found)


def test_three_instalments_with_other_names_give_the_same(whole: Outcome, instalments: Outcome) -> None:
    """Neither the order of delivery nor the names of files change a mart."""
    for name in MARTS:
        first, second = whole.published.comparable(name), instalments.published.comparable(name)
        differing = sorted(set(first) ^ set(second))
        assert first == second, f"{name}: {len(differing)} rows differ\n" + "\n".join(differing[:6])


def test_three_instalments_count_the_same(recomputed: Recomputed, instalments: Outcome) -> None:
    """The ledger shows where each row is now, also when it came in parts."""
    ours = recompute(instalments.landing, AS_OF, ZONE).ledger
    published = instalments.published
    found = ledger_differences(ours, published.table("ops.load_ledger"), instalments.landing)
    found += quarantine_differences(ours, published.table("ops.quarantine"), instalments.landing)
    for source, result in recomputed.ledger.items():
        if ours[source].totals != result.totals:
            found.append(f"{source}: the oracle itself depends on names")
    assert not found, report(found)


def test_second_run_changes_nothing(whole: Outcome, tmp_path: Path) -> None:
    """A run without new files reads nothing again and publishes the same."""
    # a copy, because other processes read the first one
    warehouse = tmp_path / "warehouse"
    shutil.copytree(whole.warehouse, warehouse, symlinks=True)
    run_product(whole.landing, warehouse, AS_OF, ZONE)
    again = Published(warehouse)
    assert counts(again.table("ops.load_ledger"), whole) == counts(whole.published.table("ops.load_ledger"), whole)
    for name in (*MARTS, "ops.quarantine"):
        assert again.comparable(name) == whole.published.comparable(name), name


def counts(ledger: Table, outcome: Outcome) -> dict[str, tuple[object, ...]]:
    """What the ledger says per file, with its time: an unchanged file is not read again."""
    columns = ("file_hash", "loaded_at", *COUNTS)
    return {file_name(row, outcome.landing): tuple(row[name] for name in columns) for row in ledger}

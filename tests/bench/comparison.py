"""Order support through dbt against hand-written SQL that makes the same tables, on a shop without other workflows."""

import shutil
from pathlib import Path

from dagster_project.warehouse import Warehouse
from tests.bench.measure import Cost, Limits, in_child, run_step, typical
from tests.bench.same import differences

# in the order in which a repeat runs them, so that neither side always comes first after the other
BUILDS = ("dbt_models", "hand_written")


class BuildsDiffer(Exception):
    """The two builds do not hold the same figures: how fast they are says nothing."""


def compare_builds(landing: Path, work: Path, limits: Limits, repeats: int) -> dict[str, Cost]:
    """Run both builds on copies of one ingested and tagged shop; return what each took, by step.

    A build of a warehouse without rows stands as '<step> empty'.

    Raises:
        StepFailed: a step did not end well.
        BuildsDiffer: the message lists where.
    """
    costs: dict[str, list[Cost]] = {}

    def measure(step: str, landing: Path, warehouse: str, label: str) -> None:
        costs.setdefault(label, []).append(run_step(step, landing, work / warehouse, limits, label))

    def build(step: str, source: str, label: str) -> None:
        target = work / label.replace(" ", "_")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(work / source / "build", target / "build")
        measure(step, landing, target.name, label)

    measure("ingest", landing, "source", "ingest")
    measure("tag", landing, "source", "tag")
    run_step("themes", landing, work / "source", limits)
    nothing = work / "no_landing"
    nothing.mkdir()
    run_step("prepare_empty", nothing, work / "empty", limits)
    for _ in range(repeats):
        for step in BUILDS:
            build(step, "empty", f"{step} empty")
            build(step, "source", step)
        files = [Warehouse(work / step).build for step in BUILDS]
        if found := in_child(differences, *files):
            raise BuildsDiffer("\n  ".join(found[:20]))
    return typical(costs)

"""`python -m tests.bench`: a build through dbt against hand-written SQL, in one run on one shop."""

import argparse
import shutil
import sys
from pathlib import Path
from statistics import median

from dagster_project.settings import PROJECT_ROOT
from dagster_project.warehouse import Warehouse
from tests.bench.measure import Cost, StepFailed, in_child, run_step
from tests.bench.same import differences
from tests.bench.shop import landing_of
from tests.bench.table import print_results

BENCH_DIR = PROJECT_ROOT / "data" / "bench"
# in the order in which a repeat runs them, so that neither side always comes first after the other
BUILDS = ("dbt_models", "hand_written", "dbt_build")


class Bench:
    """Runs the steps and keeps what each of them took.

    Attributes:
        costs: what every run of a step took, by step; of an empty warehouse as '<step> empty'.
    """

    def __init__(self, landing: Path, work: Path, memory: str, threads: int) -> None:
        self.costs: dict[str, list[Cost]] = {}
        self._landing = landing
        self._work = work
        self._limits = (memory, threads)

    def prepare(self) -> None:
        """Ingest and tag the shop (measured), and make an empty warehouse (not measured)."""
        self._measure("ingest", self._landing, "source")
        self._measure("tag", self._landing, "source")
        run_step("prepare_context", self._landing, self._work / "source", *self._limits)
        nothing = self._work / "no_landing"
        nothing.mkdir()
        run_step("prepare_empty", nothing, self._work / "empty", *self._limits)

    def build(self) -> list[str]:
        """Run every build on its own copy, full and empty; return the differences found."""
        for step in BUILDS:
            self._build(step, "empty", f"{step} empty")
            self._build(step, "source", step)
        return in_child(differences, self._build_file("dbt_models"), self._build_file("hand_written"))

    def _build(self, step: str, source: str, label: str) -> None:
        target = self._work / label.replace(" ", "_")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self._work / source / "build", target / "build")
        self._measure(step, self._landing, target.name, label)

    def _measure(self, step: str, landing: Path, warehouse: str, label: str | None = None) -> None:
        print(f"{label or step} ...", flush=True)
        cost = run_step(step, landing, self._work / warehouse, *self._limits)
        self.costs.setdefault(label or step, []).append(cost)

    def _build_file(self, name: str) -> Path:
        return Warehouse(self._work / name).build


def main() -> int:
    """Run the benchmark; return 0, or 1 if a step failed or the two builds differ."""
    options = _options()
    work = BENCH_DIR / f"work_{options.calls}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    landing = landing_of(BENCH_DIR / f"shop_{options.calls}", options.calls, options.memory, options.threads)
    bench = Bench(landing, work, options.memory, options.threads)
    try:
        bench.prepare()
        for _ in range(options.repeats):
            different = bench.build()
            if different:
                print("VOID: the two builds do not hold the same figures", *different[:20], sep="\n  ")
                return 1
    except StepFailed as failure:
        print(failure)
        return 1
    finally:
        if not options.keep:
            shutil.rmtree(work)
    typical = {
        label: Cost(*(median(values) for values in zip(*((c.wall, c.cpu, c.peak) for c in costs), strict=True)))
        for label, costs in bench.costs.items()
    }
    print_results(typical, options.calls, options.memory, options.threads)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000, help="size of the shop")
    parser.add_argument("--repeats", type=int, default=1, help="builds of each kind; medians count")
    parser.add_argument("--memory", default="1100MB", help="DuckDB memory limit of every step")
    parser.add_argument("--threads", type=int, default=2, help="DuckDB threads of every step")
    parser.add_argument("--keep", action="store_true", help="keep the built files")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

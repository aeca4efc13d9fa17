"""`python -m tests.bench`: dbt against hand-written SQL, and the whole product layer by layer, each in one run."""

import argparse
import shutil
import sys
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT
from tests.bench.comparison import BuildsDiffer, compare_builds
from tests.bench.measure import Limits, StepFailed
from tests.bench.product import growth, run_product
from tests.bench.shop import landing_of
from tests.bench.table import print_comparison, print_growth, print_product

BENCH_DIR = PROJECT_ROOT / "data" / "bench"
PARTS = ("comparison", "product")
# the small shop that the growth of a model is measured from has a quarter of the calls, over the same weeks
FACTOR = 4


def main() -> int:
    """Run the benchmark; return 0, or 1 if a step failed or the two builds differ."""
    options = _options()
    limits = Limits(options.memory, options.threads)
    work = BENCH_DIR / f"work_{options.calls}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        if "comparison" in options.part:
            landing = landing_of(BENCH_DIR, options.calls, limits, with_workflows=False)
            costs = compare_builds(landing, work, limits, options.repeats)
            print_comparison(costs, options.calls, limits)
        if "product" in options.part:
            _product(options.calls, work, limits)
    except BuildsDiffer as different:
        print(f"VOID: the two builds do not hold the same figures\n  {different}")
        return 1
    except StepFailed as failure:
        print(failure)
        return 1
    finally:
        if not options.keep:
            shutil.rmtree(work)
    return 0


def _product(calls: int, work: Path, limits: Limits) -> None:
    small, large = (landing_of(BENCH_DIR, size, limits, with_workflows=True) for size in (calls // FACTOR, calls))
    _, before = run_product(small, work / "product_small", limits)
    shutil.rmtree(work / "product_small")
    costs, nodes = run_product(large, work / "product", limits)
    print_product(costs, nodes, calls, limits)
    print_growth(growth(before, nodes), FACTOR)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000, help="size of the shop")
    parser.add_argument("--part", nargs="+", choices=PARTS, default=PARTS, help="what to measure; everything")
    parser.add_argument("--repeats", type=int, default=1, help="builds of each kind in the comparison; medians count")
    parser.add_argument("--memory", default="1100MB", help="DuckDB memory limit of every step")
    parser.add_argument("--threads", type=int, default=2, help="DuckDB threads of every step")
    parser.add_argument("--keep", action="store_true", help="keep the built files")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""The landing folders of the benchmark: generated once, used again while nothing about them changed."""

import hashlib
import json
from pathlib import Path

import dagster_project.sample_shop as sample_shop
from tests.bench.measure import Limits, in_child

SEED = 7


# a quarter and the whole of a shop cover the same weeks, so that only the number of calls differs
WEEKS = 26


def landing_of(bench: Path, calls: int, limits: Limits, with_workflows: bool) -> Path:
    """Return the landing folder of a shop of that many calls; generate it unless it lies there.

    Args:
        bench: folder of all shops.
        calls: calls of order support.
        limits: what the simulation may take.
        with_workflows: also the carts, exceptions, hand-offs and incidents, with the answers of reviewers.
    """
    out = bench / f"{'product' if with_workflows else 'shop'}_{calls}"
    description = {"calls": calls, "seed": SEED, "weeks": WEEKS, "generator": _generator_hash()}
    written = out / "bench.json"
    if not written.exists() or json.loads(written.read_text()) != description:
        print(f"generating {calls:,} calls in {out}", flush=True)
        in_child(_generate, out, calls, limits, with_workflows)
        written.write_text(json.dumps(description))
    return out / "landing"


def _generate(out: Path, calls: int, limits: Limits, with_workflows: bool) -> None:
    sample_shop.generate_shop(
        out,
        calls,
        SEED,
        weeks=WEEKS,
        file_format="parquet",
        memory_limit=limits.memory,
        threads=limits.threads,
        with_reviews=with_workflows,
        with_workflows=with_workflows,
    )


def _generator_hash() -> str:
    digest = hashlib.sha256()
    folder = Path(sample_shop.__file__).parent
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".sql", ".yml"):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]

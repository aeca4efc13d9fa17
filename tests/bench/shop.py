"""The landing folder of the benchmark: generated once, used again while nothing about it changed."""

import hashlib
import json
from pathlib import Path

import dagster_project.sample_shop as sample_shop
from tests.bench.measure import in_child

SEED = 7


def landing_of(out: Path, calls: int, memory: str, threads: int) -> Path:
    """Return the landing folder of a shop of that many calls; generate it unless it lies there."""
    description = {"calls": calls, "seed": SEED, "generator": _generator_hash()}
    written = out / "bench.json"
    if not written.exists() or json.loads(written.read_text()) != description:
        print(f"generating {calls:,} calls in {out}", flush=True)
        in_child(_generate, out, calls, memory, threads)
        written.write_text(json.dumps(description))
    return out / "landing"


def _generate(out: Path, calls: int, memory: str, threads: int) -> None:
    sample_shop.generate_shop(
        out,
        calls,
        SEED,
        file_format="parquet",
        memory_limit=memory,
        threads=threads,
        with_reviews=False,
        with_workflows=False,
    )


def _generator_hash() -> str:
    digest = hashlib.sha256()
    folder = Path(sample_shop.__file__).parent
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".sql", ".yml"):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]

"""The demo's shop: generated once for each size and seed, and never mixed with another one."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from dagster_project.sample_shop import generate_shop
from dagster_project.settings import ConfigurationError

_MARKER = "demo.json"
# the Monday report's hour: the first callers of the last week have then been watched for 168 hours
_REPORT_HOUR = timedelta(hours=6, minutes=30)


def make_demo_shop(output: Path, size: int, seed: int, progress: Callable[[str], None]) -> datetime:
    """Generate the landing files unless they lie there; return the Monday morning after it.

    A warehouse that was built from another shop is removed: two shops in one warehouse are neither.

    Args:
        output: folder that gets landing/, truth/ and planted_effects.json.
        size: number of calls.
        seed: another seed is another shop.
        progress: called with one line per step.

    Raises:
        ConfigurationError: the size is too small, or the folder holds something else.
    """
    wanted = {"calls": size, "seed": seed}
    marker = output / _MARKER
    before = json.loads(marker.read_text(encoding="utf-8")) if marker.exists() else {}
    if {name: before.get(name) for name in wanted} == wanted:
        progress("the same shop lies there already")
        return datetime.fromisoformat(before["end"]) + _REPORT_HOUR
    if output.exists() and any(output.iterdir()) and not before:
        raise ConfigurationError(f"{output} is not empty and holds no demo (give another --output)")
    for folder in ("landing", "truth", "warehouse"):
        shutil.rmtree(output / folder, ignore_errors=True)
    try:
        facts = generate_shop(output, calls=size, seed=seed, progress=progress)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    marker.write_text(json.dumps({**wanted, "end": facts.end.isoformat()}), encoding="utf-8")
    progress(f"{facts.calls:,} calls and what belongs to them in {facts.landing}")
    return facts.end + _REPORT_HOUR

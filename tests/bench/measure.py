"""What a child process took: wall seconds, CPU seconds and peak memory, as the kernel counted them."""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Cost:
    """What one step took.

    Attributes:
        wall: seconds; says little on a machine that others use.
        cpu: seconds of user and system time, over all threads and children that ended.
        peak: highest resident memory of the process, bytes.
    """

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Limits:
    """What DuckDB may take in every step."""

    memory: str
    threads: int


class StepFailed(Exception):
    """A step ended with an error; its own message stands above."""


def run_step(name: str, landing: Path, warehouse: Path, limits: Limits, label: str | None = None) -> Cost:
    """Run one step of tests.bench.step in a child process and return what it took; label is what the reader sees.

    Raises:
        StepFailed: the step did not end with exit code 0.
    """
    print(f"{label or name} ...", flush=True)
    environment = {**os.environ, "WHYCALL_MEMORY_LIMIT": limits.memory, "WHYCALL_THREADS": str(limits.threads)}
    start = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.step", name, str(landing), str(warehouse)],
        env=environment,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise StepFailed(f"{label or name} failed with exit code {child.returncode}")
    # Linux counts ru_maxrss in KiB, macOS in bytes
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


def typical(costs: dict[str, list[Cost]]) -> dict[str, Cost]:
    """Return the medians of what each step took."""
    return {
        label: Cost(*(median(values) for values in zip(*((c.wall, c.cpu, c.peak) for c in runs), strict=True)))
        for label, runs in costs.items()
    }


def in_child(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a process of its own and return what it returns.

    The kernel counts the memory of a parent as the least peak of its children, so the one that measures stays small.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()

"""One small published shop for all tests of the conductor."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Finished:
    """A finished `whycall` command."""

    code: int
    out: str
    err: str


def whycall(*arguments: str | Path, **environment: str) -> Finished:
    """Run the command as a user would, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "dagster_project.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "160", **environment},
        timeout=600,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def shop(made_once) -> Path:
    """A generated shop of 4,000 calls: landing files, planted effects, truth."""
    from dagster_project.sample_shop import generate_shop

    return made_once("shop", lambda folder: generate_shop(folder, calls=4_000, seed=11))


@pytest.fixture(scope="session")
def published(made_once, shop) -> Path:
    """The warehouse folder of that shop after `whycall run`; tests must not change it."""

    def run(folder: Path) -> None:
        done = whycall("run", "--landing", shop / "landing", "--warehouse", folder)
        assert done.code == 0, done.err

    return made_once("published", run)


@pytest.fixture
def copy_of_published(published, tmp_path) -> Path:
    """A copy of the published warehouse that a test may change."""
    folder = tmp_path / "warehouse"
    shutil.copytree(published, folder, symlinks=True)
    return folder

"""One build of the golden weeks for all tests that only read it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dbt_project.dbt import build
from tests.dbt_project.golden import AS_OF, CASES
from tests.dbt_project.world import World


@pytest.fixture(scope="session")
def dbt_scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for dbt's artifacts; shared, so that the project is parsed once."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture(scope="session")
def golden_results(made_once: Callable, dbt_scratch: Path) -> tuple[Path, list[tuple[str, str]]]:
    """The golden weeks built with every model, data test and unit test: file and node results."""

    def make(folder: Path) -> None:
        path = folder / "golden.duckdb"
        world = World.create(path, AS_OF)
        for case in CASES:
            case(world)
        world.close()
        (folder / "results.json").write_text(json.dumps(build(path, dbt_scratch)), encoding="utf-8")

    folder = made_once("golden", make)
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return folder / "golden.duckdb", [tuple(node) for node in results]


@pytest.fixture(scope="session")
def golden(golden_results: tuple[Path, list[tuple[str, str]]]) -> Path:
    """The built file of the golden weeks."""
    return golden_results[0]

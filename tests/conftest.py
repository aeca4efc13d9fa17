"""What every folder of tests shares."""

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

Make = Callable[[Path], None]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str, Make], Path]:
    """Return the folder of a name, made by the first process that asks: the others wait and read it.

    The tests run in several processes (`make test`); what is dear to make and only read is made for all of them.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base

    def folder_of(name: str, make: Make) -> Path:
        folder = shared / f"once_{name}"
        with FileLock(f"{folder}.lock"):
            if not folder.with_suffix(".done").exists():
                folder.mkdir()
                make(folder)
                folder.with_suffix(".done").touch()
        return folder

    return folder_of


# files that run the whole product or build it, the dearest first
SLOW = (
    "recompute/test_agreement",
    "dagster_project/test_command",
    "dagster_project/test_ui",
    "dbt_project/test_golden_weeks",
    "recompute/",
    "bigquery/",
    "dbt_project/",
    "dagster_project/test_planted",
    "dagster_project/test_report",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow files first: the processes of `make test` then end at about the same time, with small files.

    pytest-xdist keeps this order only with --no-loadscope-reorder: else the files with the most tests go first, and
    those that run the product, which have few, are left for the end.
    """
    items.sort(key=lambda item: next((rank for rank, name in enumerate(SLOW) if name in item.nodeid), len(SLOW)))

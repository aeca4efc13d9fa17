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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files that run the whole product first: two processes then end at about the same time."""
    items.sort(key=lambda item: not any(name in item.nodeid for name in ("test_ui", "/recompute/", "test_command")))

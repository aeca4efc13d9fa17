"""One run of the product for each world, whichever tests and processes ask for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .worlds import WORLDS


@pytest.fixture(scope="session")
def world_run(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Callable[[str], Path]:
    """Return the folder of a world: its `landing` and the product's `warehouse`."""
    return lambda name: made_once(f"recompute_{name}", WORLDS[name].make)

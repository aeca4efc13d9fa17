"""Kept compiled functions are taken only for the source they were compiled from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from classifiers import compiled

CALLER = """
from classifiers.compiled import compiled
from classifiers.helper import add


@compiled
def use(values):
    add(values)
"""
HELPER = """
from classifiers.compiled import compiled


@compiled
def add(values):
    for j in range(values.size):
        values[j] += {step}
"""


@pytest.fixture
def copy(tmp_path) -> Path:
    """A package that has the project's name and two modules, one of which calls the other."""
    folder = tmp_path / "classifiers"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    shutil.copyfile(compiled.__file__, folder / "compiled.py")
    (folder / "caller.py").write_text(CALLER)
    (folder / "helper.py").write_text(HELPER.format(step=1))
    return folder


def result(folder: Path, **environment: str) -> str:
    program = "import numpy as np; from classifiers.caller import use; a = np.ones(2); use(a); print(a.tolist())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder.parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_change_in_a_called_module_is_noticed(copy):
    assert result(copy) == "[2.0, 2.0]"
    assert list((copy / "__pycache__").glob("engine-*/**/*.nbi"))
    (copy / "helper.py").write_text(HELPER.format(step=5))
    assert result(copy) == "[6.0, 6.0]"
    assert len(list((copy / "__pycache__").glob("engine-*"))) == 2


def test_what_compiles_nothing_does_not_count(copy):
    before = compiled.source_key(copy)
    (copy / "words.py").write_text("WORDS = 3\n")
    assert compiled.source_key(copy) == before
    (copy / "hashing.py").write_text("SEED = 3\n")
    assert compiled.source_key(copy) != before


def test_a_folder_of_ones_own_and_none_at_all(copy, tmp_path):
    own = tmp_path / "own"
    assert result(copy, NUMBA_CACHE_DIR=str(own)) == "[2.0, 2.0]"
    assert list(own.glob("engine-*/**/*.nbi"))
    # a folder that cannot be made: everything is compiled and nothing is kept
    (tmp_path / "file").write_text("")
    assert result(copy, NUMBA_CACHE_DIR=str(tmp_path / "file")) == "[2.0, 2.0]"

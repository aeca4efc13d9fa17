"""Compiled functions, kept on disk under a name that changes with the engine's source.

A compiled function holds what it calls inside it, but numba looks at the one file it stands in before it
takes the kept form. So the folder of the kept forms is named by the source of all modules that compile
something: after a change to any of them everything is compiled anew.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba import config, njit

HERE = Path(__file__).resolve().parent


def source_key(folder: Path = HERE) -> str:
    """Hash over the modules of a folder that compile something, and over the constants they share."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        source = path.read_bytes()
        if b"compiled" in source or path.stem == "hashing":
            digest.update(path.name.encode() + b"\0" + source + b"\0")
    return digest.hexdigest()[:16]


@cache
def cache_folder() -> Path | None:
    """First folder that can be written to; None = nothing is kept and every process compiles."""
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "whycall"
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    for base in [Path(chosen)] if chosen else [HERE / "__pycache__", user]:
        folder = base / f"engine-{source_key()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def compiled(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile a function (numba's njit) without the interpreter's lock, kept on disk where that is possible."""
    if function is None:
        return lambda found: compiled(found, **options)
    folder = cache_folder()
    before = config.CACHE_DIR
    try:
        config.CACHE_DIR = str(folder or "")
        return njit(cache=folder is not None, nogil=True, **options)(function)
    finally:
        config.CACHE_DIR = before

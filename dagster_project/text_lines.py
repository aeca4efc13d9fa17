"""Files of JSON lines as users have them: a byte order mark before them, or a line that is none."""

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

MARK = b"\xef\xbb\xbf"


def _open(path: Path) -> BinaryIO:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


@contextmanager
def without_mark(path: Path) -> Iterator[Path]:
    """The file, or a copy without the UTF-8 byte order mark that some programs put first."""
    try:
        with _open(path) as lines:
            marked = lines.read(len(MARK)) == MARK
    except (OSError, EOFError):  # no gzip: whoever reads it says so
        marked = False
    if not marked:
        yield path
        return
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as copy:
        with _open(path) as lines:
            lines.seek(len(MARK))
            shutil.copyfileobj(lines, copy)
        copy.flush()
        yield Path(copy.name)


def first_fault(path: Path) -> str | None:
    """Number and fault of the first line that is no call; read only once it is known that there is one."""
    try:
        with _open(path) as lines:
            for number, raw in enumerate(lines, start=1):
                fault = _fault(raw.removeprefix(MARK) if number == 1 else raw)
                if fault:
                    return f"line {number}: {fault}"
    except (OSError, EOFError) as error:
        return f"not readable: {error}"
    return None


def _fault(raw: bytes) -> str | None:
    if not raw.strip():
        return None
    try:
        line = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return "not UTF-8"
    except json.JSONDecodeError as error:
        return f"no JSON ({error.msg})"
    if not isinstance(line, dict):
        return "no object"
    if isinstance(line.get("id"), bool) or not isinstance(line.get("id"), str | int | float):
        return "no id"
    if line.get("turns") is None:
        return _text_fault(line) if line.get("text") is not None else "neither text nor turns"
    if not isinstance(line["turns"], list):
        return "turns is no list"
    for place, turn in enumerate(line["turns"], start=1):
        fault = _text_fault(turn) if isinstance(turn, dict) else "no object"
        if fault:
            return f"turn {place}: {fault}"
    return None


def _text_fault(said: dict[str, Any]) -> str | None:
    """What is wrong with the words of a text or a turn."""
    for name in ("text", "speaker"):
        value = said.get(name)
        if value is not None and not isinstance(value, str):
            return f"{name} is no string"
        if value is not None and any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
            return f"{name} holds half a character"
    return None

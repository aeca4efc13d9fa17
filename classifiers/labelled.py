"""Read a user's own labelled texts for training: CSV or JSON lines, single texts or whole calls."""

import csv
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from classifiers.taxonomy import NO_REASON

ENDINGS = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz")


class CorpusError(ValueError):
    """A corpus folder that cannot be trained on; the message names file and line."""


@dataclass(frozen=True)
class LabelledTexts:
    """Texts, their codes and the group of each text (one call = one group)."""

    texts: list[str]
    codes: list[str]
    groups: list[int]


def read_labelled(folder: Path) -> LabelledTexts:
    """Read every file of a folder, in the order of their names.

    CSV files have the columns text and code. A line of a JSON lines file is {text, code} or
    {turns: [{speaker, text, code}]}; of turns only the customer's are read, and one without a code
    states no reason. An empty code means the same.

    Raises:
        CorpusError: no file, a line of another form, or fewer than two codes.
    """
    found = LabelledTexts([], [], [])
    if not folder.is_dir():
        raise CorpusError(f"no such folder: {folder}")
    paths = sorted(path for path in folder.glob("*") if path.name.endswith(ENDINGS))
    if not paths:
        raise CorpusError(f"{folder}: no file ends in {', '.join(ENDINGS)}")
    group = 0
    for path in paths:
        with open_text(path) as lines:
            reader = _csv_units if ".csv" in path.name else _json_units
            for units in reader(path, lines):
                for text, code in units:
                    found.texts.append(text)
                    found.codes.append((code or "").strip() or NO_REASON)
                    found.groups.append(group)
                group += 1
    if len(set(found.codes)) < 2:
        raise CorpusError(f"{folder}: training needs texts of at least two codes")
    return found


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a file of UTF-8 lines, compressed or not; what cannot be read in it is told with its name.

    Raises:
        CorpusError: not UTF-8, not compressed as its ending says, or no CSV.
    """
    opener = gzip.open if path.name.endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
            yield lines  # type: ignore[misc]
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 (save it as UTF-8)") from error
    except (OSError, EOFError, csv.Error) as error:
        raise CorpusError(f"{path}: not readable: {error}") from error


def read_csv_rows(path: Path, lines: TextIO) -> Iterator[tuple[str, str]]:
    """(Text, code) of the lines of a CSV file.

    Raises:
        CorpusError: the columns are not there, or a line has more or fewer cells than the first one.
    """
    reader = csv.DictReader(lines)
    if not {"text", "code"} <= set(reader.fieldnames or ()):
        raise CorpusError(f"{path}: the first line must name the columns text and code")
    for row in reader:
        if None in row or None in row.values():
            raise CorpusError(
                f"{path}, line {reader.line_num}: other cells than the first line (a comma in a text needs quotes)"
            )
        yield row["text"], row["code"]


def _csv_units(path: Path, lines: TextIO) -> Iterator[list[tuple[str, str | None]]]:
    for text, code in read_csv_rows(path, lines):
        yield [(text, code)]


def _json_units(path: Path, lines: TextIO) -> Iterator[list[tuple[str, str | None]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _units_of(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            form = "{text, code} or {turns: [{speaker, text, code}]}"
            raise CorpusError(f"{path}, line {number}: not an object {form}") from error


def _units_of(entry: dict) -> list[tuple[str, str | None]]:
    if "turns" not in entry:
        return [_unit(entry["text"], entry["code"])]
    turns = [turn for turn in entry["turns"] if turn.get("speaker", "customer") == "customer"]
    return [_unit(turn["text"], turn.get("code")) for turn in turns]


def _unit(text: object, code: object) -> tuple[str, str | None]:
    if not isinstance(text, str) or not isinstance(code, str | None):
        raise TypeError("text and code must be strings")
    return text, code

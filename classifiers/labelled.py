"""Read a user's own labelled texts for training: CSV or JSON lines, single texts or whole calls."""

import csv
import gzip
import json
from collections.abc import Iterator
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
    paths = sorted(path for path in folder.glob("*") if path.name.endswith(ENDINGS))
    if not paths:
        raise CorpusError(f"{folder}: no file ends in {', '.join(ENDINGS)}")
    group = 0
    for path in paths:
        opener = gzip.open if path.name.endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
            reader = _csv_units if ".csv" in path.name else _json_units
            for units in reader(path, lines):  # type: ignore[arg-type]
                for text, code in units:
                    found.texts.append(text)
                    found.codes.append(code or NO_REASON)
                    found.groups.append(group)
                group += 1
    if len(set(found.codes)) < 2:
        raise CorpusError(f"{folder}: training needs texts of at least two codes")
    return found


def _csv_units(path: Path, lines: TextIO) -> Iterator[list[tuple[str, str | None]]]:
    reader = csv.DictReader(lines)
    if not {"text", "code"} <= set(reader.fieldnames or ()):
        raise CorpusError(f"{path}: the first line must name the columns text and code")
    for row in reader:
        yield [(row["text"] or "", row["code"])]


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
        return [(str(entry["text"]), entry["code"])]
    turns = [turn for turn in entry["turns"] if turn.get("speaker", "customer") == "customer"]
    return [(str(turn["text"]), turn.get("code")) for turn in turns]

"""Readers of the public sets the engine is measured on; nothing of them is kept."""

import csv
import gzip
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from classifiers.taxonomy import NO_REASON

GENERIC = frozenset(
    ["contentonly", "confirmation", "openinggreeting", "rejection", "thankyou", "outofdomain", "closinggreeting"]
)
"""MultiDoGO's labels of turns that ask for nothing."""
FEWEST_TURNS = 40
"""A MultiDoGO intent with fewer training turns is left out, which leaves 31."""


@dataclass(frozen=True)
class Labelled:
    """Texts and their labels."""

    texts: list[str]
    labels: list[str]


@dataclass(frozen=True)
class Dialogue:
    """The customer's turns of one conversation with the intents of each turn."""

    texts: list[str]
    intents: list[tuple[str, ...]]

    @property
    def first(self) -> str | None:
        """The first intent, None for a conversation without one."""
        return next((intents[0] for intents in self.intents if intents), None)


def read_banking77(folder: Path, part: str) -> Labelled:
    """Official part ``train`` or ``test``."""
    with (folder / f"{part}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return Labelled([row["text"] for row in rows], [row["category"] for row in rows])


def read_clinc150(folder: Path, part: str) -> Labelled:
    """Official part: train, val, test, oos_val or oos_test."""
    with gzip.open(folder / "data_full.json.gz", "rt", encoding="utf-8") as lines:
        rows = json.load(lines)[part]
    return Labelled([row[0] for row in rows], [row[1] for row in rows])


def read_multidogo(folder: Path, part: str) -> list[Dialogue]:
    """Official part: train, dev or test, all domains; unknown and generic intents are no intents."""
    wanted = _multidogo_intents(folder)
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for row in _multidogo_rows(folder, part):
        intents = tuple(name for name in (row["intent"] or "").split("<div>") if name in wanted)
        found.setdefault(row["conversationId"], []).append((row["utterance"] or "", intents))
    return [Dialogue([text for text, _ in turns], [intents for _, intents in turns]) for turns in found.values()]


def turns_of(dialogues: list[Dialogue]) -> Labelled:
    """Single turns with their first intent, ``NO_REASON`` where there is none."""
    texts = [text for dialogue in dialogues for text in dialogue.texts]
    labels = [intents[0] if intents else NO_REASON for dialogue in dialogues for intents in dialogue.intents]
    return Labelled(texts, labels)


def read_brownbox(path: Path) -> list[tuple[str, str, list[str]]]:
    """(Area, category, the customer's questions) of each case."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        (row["issue_area"], row["issue_category"], [turn["customer_question"] for turn in row["qa"]]) for row in rows
    ]


def _multidogo_rows(folder: Path, part: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for path in sorted(folder.glob(f"*/{part}.tsv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows += csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return rows


def _multidogo_intents(folder: Path) -> frozenset[str]:
    counts: Counter[str] = Counter()
    for row in _multidogo_rows(folder, "train"):
        counts.update(name for name in (row["intent"] or "").split("<div>") if name.isalpha())
    return frozenset(name for name, n in counts.items() if n >= FEWEST_TURNS and name not in GENERIC)

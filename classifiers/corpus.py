"""The training corpus: patterns written by hand, expanded the same way every time.

``data/corpus/*.txt`` hold one section per class ("# CODE") with one pattern per line. In a pattern
``(a|b|)`` is a choice and ``{slot}`` a word or phrase from the section of that name in
``slots.txt``. Every text carries the number of its pattern, so that held-out measurements can
keep all texts of a pattern on one side.
"""

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

from classifiers.grammar import SLOT, fill
from classifiers.noise import speak
from classifiers.taxonomy import NO_REASON, REASONLESS, Taxonomy

SLOTS_FILE = "slots.txt"
# Texts per class: enough to see every pattern in several fillings, few enough to train in a minute.
TEXTS_PER_CLASS = 800
TEXTS_PER_PATTERN = 6
# The null class covers everything else a caller says, so it needs more.
NULL_TEXTS = 6_000


@dataclass(frozen=True)
class Example:
    """One training text."""

    text: str
    code: str
    pattern: int


@dataclass(frozen=True)
class Corpus:
    """Patterns by class and the fillings of slots."""

    patterns: dict[str, tuple[str, ...]]
    slots: dict[str, tuple[str, ...]]

    def check_classes(self, taxonomy: Taxonomy) -> None:
        """Compare the sections with the text classes of a taxonomy.

        Raises:
            ValueError: a class has no section, or a section no class.
        """
        odd = set(self.patterns) ^ {*taxonomy.text_classes, *REASONLESS}
        if odd:
            raise ValueError(f"corpus and taxonomy differ in {', '.join(sorted(odd))}")

    def examples(self) -> list[Example]:
        """All training texts in a fixed order."""
        made: list[Example] = []
        number = 0
        small_talk = self.patterns.get(NO_REASON, ())
        for code in sorted(self.patterns):
            patterns = self.patterns[code]
            wanted = NULL_TEXTS if code == NO_REASON else TEXTS_PER_CLASS
            for pattern in patterns:
                per_pattern = max(TEXTS_PER_PATTERN, wanted // len(patterns))
                made += _expand(pattern, code, number, per_pattern, self.slots, small_talk)
                number += 1
        return made


def load_corpus(folder: Path | str) -> Corpus:
    """Read a corpus folder.

    Raises:
        ValueError: a slot is used but not filled, or a line stands outside a section.
    """
    patterns: dict[str, tuple[str, ...]] = {}
    for path in sorted(Path(folder).glob("*.txt")):
        if path.name != SLOTS_FILE:
            patterns |= _sections(path)
    slots = _sections(Path(folder) / SLOTS_FILE)
    for code, lines in (patterns | slots).items():
        for line in lines:
            for slot in SLOT.findall(line):
                if slot not in slots:
                    raise ValueError(f"{code}: pattern uses the unknown slot {slot!r}: {line}")
    return Corpus(patterns=patterns, slots=slots)


def _sections(path: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            name = line[2:].strip()
            found.setdefault(name, [])
        elif line.strip():
            if not name:
                raise ValueError(f"{path}: line outside a section: {line}")
            found[name].append(line.strip())
    return {name: tuple(lines) for name, lines in found.items()}


def _expand(
    pattern: str,
    code: str,
    number: int,
    wanted: int,
    slots: dict[str, tuple[str, ...]],
    small_talk: tuple[str, ...],
) -> list[Example]:
    """Distinct texts of one pattern: plain, in a longer turn, and as a recogniser hears it."""
    chance = random.Random(hashlib.sha256(f"{code}\n{pattern}".encode()).digest())
    seen: dict[str, None] = {}
    for _ in range(wanted * 2):
        if len(seen) == wanted:
            break
        text = fill(pattern, slots, chance)
        seen[speak(text, code, small_talk, slots, chance)] = None
    return [Example(text, code, number) for text in seen]

"""Gold sets of the gate: files of labelled texts, and the held-out answers every model leaves behind.

A model is fitted on all texts, so its answers to them prove nothing. The answers of the folds, in which each
text is judged by a model that never saw its pattern, are kept beside the model (``held_out.npz``); a new
model's folds answer the same texts, and both are compared where both were asked.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers.calibration import accepted, judge
from classifiers.fitting import Fitted, reasonless_of
from classifiers.gate import GateResult, gate
from classifiers.labelled import open_text, read_csv_rows
from classifiers.model import ReasonCodeClassifier
from classifiers.taxonomy import NO_REASON, NOT_A_CONTACT

SHEET_FILE = "held_out.npz"
HELD_OUT = "held-out patterns"
_STATES = {"no_reason_stated": NO_REASON, "not_a_contact": NOT_A_CONTACT}


@dataclass(frozen=True)
class GoldSet:
    """Labelled texts that no model may be trained on."""

    name: str
    texts: list[str]
    codes: list[str]


@dataclass(frozen=True)
class Sheet:
    """Answers of the folds of a model: text mark -> code, None where it abstained."""

    answers: dict[int, str | None]


def read_gold(path: Path) -> GoldSet:
    """Read a CSV file with the columns text and code (`whycall review gold` writes it).

    Raises:
        ValueError: no such columns or no line.
    """
    with open_text(path) as lines:
        rows = list(read_csv_rows(path, lines))
    if not rows:
        raise ValueError(f"{path}: a gold set needs at least one line")
    return GoldSet(path.name, [text for text, _ in rows], [code.strip() or NO_REASON for _, code in rows])


def answers_of(model: ReasonCodeClassifier, texts: Sequence[str]) -> list[str | None]:
    """Code, NO_REASON or NOT_A_CONTACT of each text; None where the model abstains."""
    return [p.code if p.status == "accepted" else _STATES.get(p.status) for p in model.predict(texts)]


def held_out_answers(fitted: Fitted) -> list[str | None]:
    """The same for the folds of a fit."""
    classes, calibration = fitted.record.classes, fitted.record.calibration
    reasonless = reasonless_of(classes)
    best, kept = accepted(fitted.held_out, calibration, reasonless)
    stated = judge(fitted.held_out, calibration.temperature, reasonless).stated >= calibration.reason
    silent = np.full(best.size, -1)
    if reasonless:
        silent = np.array(reasonless)[fitted.held_out[:, reasonless].argmax(axis=1)]
    given = np.where(kept, best, np.where(stated, -1, silent))
    return [None if place < 0 else classes[place] for place in given.tolist()]


def mark(text: str) -> int:
    """Short stable number of a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def write_sheet(folder: Path, texts: Sequence[str], answers: Sequence[str | None]) -> None:
    """Write the held-out answers beside a model; the same answers give the same bytes."""
    names = sorted({answer for answer in answers if answer is not None})
    place = {name: i for i, name in enumerate(names)}
    given = np.array([-1 if answer is None else place[answer] for answer in answers], dtype=np.int16)
    marks = np.array([mark(text) for text in texts], dtype=np.uint32)
    np.savez_compressed(folder / SHEET_FILE, marks=marks, answers=given, names=np.array(names))


def read_sheet(folder: Path) -> Sheet | None:
    """Read what `write_sheet` wrote; None if the model left nothing behind. Two texts of one mark are dropped."""
    path = folder / SHEET_FILE
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as stored:
        names = stored["names"].tolist()
        marks, given = stored["marks"], stored["answers"].tolist()
    _, first, count = np.unique(marks, return_index=True, return_counts=True)
    keep = first[count == 1].tolist()
    return Sheet({int(marks[i]): None if given[i] < 0 else names[given[i]] for i in keep})


def judge_fit(
    old: Path, fitted: Fitted, texts: Sequence[str], codes: Sequence[str], sets: Sequence[GoldSet]
) -> GateResult:
    """Compare a fit with the model in a folder, on its held-out texts and on gold sets.

    Args:
        old: folder of the model that may be replaced.
        fitted: the new model with its held-out scores.
        texts, codes: what it was fitted on.
        sets: gold sets; texts that one of the two models was trained on are left out.

    Raises:
        ValueError: the old model cannot be read, or there is nothing on which both can be compared.
    """
    model, new = ReasonCodeClassifier.load(old), ReasonCodeClassifier(fitted.record)
    sheet = read_sheet(old) or Sheet({})
    marks = [mark(text) for text in texts]
    common = [i for i, found in enumerate(marks) if found in sheet.answers]
    answers = held_out_answers(fitted)
    gold: dict[str, list[str]] = {}
    before: dict[str, list[str | None]] = {}
    after: dict[str, list[str | None]] = {}
    if common:
        gold[HELD_OUT] = [codes[i] for i in common]
        before[HELD_OUT] = [sheet.answers[marks[i]] for i in common]
        after[HELD_OUT] = [answers[i] for i in common]
    seen = {*marks, *sheet.answers}
    for found in sets:
        fresh = [i for i, text in enumerate(found.texts) if mark(text) not in seen]
        if fresh:
            asked = [found.texts[i] for i in fresh]
            gold[found.name] = [found.codes[i] for i in fresh]
            before[found.name], after[found.name] = answers_of(model, asked), answers_of(new, asked)
    if not gold:
        raise ValueError("nothing to compare the new model on: no held-out answers of the old one, no gold set")
    groups = {HELD_OUT: [int(fitted.groups[i]) for i in common]}
    return gate(gold, before, after, groups)

"""Measure fit and predict on public sets with official splits: what the engine can learn."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from classifiers.calibration import expected_calibration_error, shares
from classifiers.evaluation import Measure
from classifiers.model import ReasonCodeClassifier
from classifiers.public_sets import Dialogue, read_banking77, read_clinc150, read_multidogo, turns_of
from classifiers.taxonomy import NO_REASON

FILLERS = 30
PRECISION = 0.95
OUT_OF_SCOPE_LOSS = 0.05


def auroc(inside: np.ndarray, outside: np.ndarray) -> float:
    """Chance that a text of the known classes scores higher than one that belongs to none."""
    order = np.argsort(np.concatenate([outside, inside]), kind="stable")
    ranks = np.empty(order.size)
    ranks[order] = np.arange(1, order.size + 1)
    _, place, count = np.unique(np.concatenate([outside, inside]), return_inverse=True, return_counts=True)
    ranks = (np.bincount(place, weights=ranks) / count)[place]
    total = ranks[outside.size :].sum() - inside.size * (inside.size + 1) / 2
    return float(total / (inside.size * outside.size))


def coverage(confidence: np.ndarray, right: np.ndarray, precision: float = PRECISION) -> float:
    """Largest share of cases that can be answered with this precision (threshold from the same cases)."""
    order = np.argsort(-confidence, kind="stable")
    kept = np.cumsum(right[order]) / np.arange(1, right.size + 1) >= precision
    kept &= confidence[order] > 0  # a case without an answer is never covered
    return float((np.flatnonzero(kept).max() + 1) / right.size) if kept.any() else 0.0


def audited_coverage(confidence: np.ndarray, right: np.ndarray, precision: float = PRECISION) -> tuple[float, float]:
    """(Coverage, precision got) with the threshold set on every other case and measured on the rest."""
    even = np.arange(right.size) % 2 == 0
    kept = np.zeros(right.size, dtype=bool)
    for fit in (even, ~even):
        n = round(coverage(confidence[fit], right[fit], precision) * fit.sum())
        lowest = np.sort(confidence[fit])[::-1][n - 1] if n else np.inf
        kept[~fit] = confidence[~fit] >= lowest
    return float(kept.mean()), float(right[kept].mean())


def measure_banking77(folder: Path) -> list[Measure]:
    """Official train and test split, all labels."""
    train, test = read_banking77(folder, "train"), read_banking77(folder, "test")
    model = ReasonCodeClassifier().fit(train.texts, train.labels)
    right, share = _answers(model, test.texts, test.labels)
    return [
        Measure("banking77 test: right label", float(right.mean()), right.size),
        Measure(
            "banking77 test: calibration error", expected_calibration_error(share, right), right.size, is_share=False
        ),
    ]


def measure_clinc150(folder: Path) -> list[Measure]:
    """Fitted on train without any out-of-scope text; those are told by the highest raw score."""
    train, test = read_clinc150(folder, "train"), read_clinc150(folder, "test")
    model = ReasonCodeClassifier().fit(train.texts, train.labels)
    right, share = _answers(model, test.texts, test.labels)
    inside = model.scores(test.texts).max(axis=1)
    outside = model.scores(read_clinc150(folder, "oos_test").texts).max(axis=1)
    limit = np.quantile(model.scores(read_clinc150(folder, "val").texts).max(axis=1), OUT_OF_SCOPE_LOSS)
    return [
        Measure("CLINC150 test: right label", float(right.mean()), right.size),
        Measure("CLINC150: AUROC in against out of scope", auroc(inside, outside), outside.size, is_share=False),
        Measure("CLINC150: out of scope found, 5 % of val lost", float((outside < limit).mean()), outside.size),
        Measure(
            "CLINC150 test: calibration error", expected_calibration_error(share, right), right.size, is_share=False
        ),
    ]


def measure_multidogo(folder: Path) -> list[Measure]:
    """Whole conversations: the first intent, the turn that shows it, and a stream with silent ones."""
    train = turns_of(read_multidogo(folder, "train"))
    model = ReasonCodeClassifier().fit(train.texts, train.labels)
    test = read_multidogo(folder, "test")
    asked = [dialogue for dialogue in test if dialogue.first]
    silent = [text for dialogue in test for text, i in zip(dialogue.texts, dialogue.intents, strict=True) if not i]
    measures = _first_intents(model, asked, "MultiDoGO test")
    chance = random.Random(0)
    noisy = [_with_fillers(dialogue, silent, chance) for dialogue in asked]
    measures += _first_intents(model, noisy, f"MultiDoGO test, {FILLERS} fillers")[:1]
    rows = _primary_rows(model, test)
    right = np.array([row["code"] == d.first and d.first is not None for row, d in zip(rows, test, strict=True)])
    sure = np.array([row["confidence"] if row["stated"] else 0.0 for row in rows])
    kept, got = audited_coverage(sure, right)
    return [
        *measures,
        Measure("MultiDoGO stream: conversations without an intent", 1 - len(asked) / len(test), len(test)),
        Measure("MultiDoGO stream: covered at 95 % precision, best threshold", coverage(sure, right), len(test)),
        Measure("MultiDoGO stream: covered, threshold of the other half", kept, len(test)),
        Measure("MultiDoGO stream: precision got there", got, round(kept * len(test))),
    ]


def _answers(model: ReasonCodeClassifier, texts: Sequence[str], labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """(Whether the likeliest label is right, its probability)."""
    share = shares(model.scores(texts).astype(np.float64), model.record.calibration.temperature)
    best = share.argmax(axis=1)
    return np.array([model.classes_[b] for b in best]) == np.array(labels), share.max(axis=1)


def _first_intents(model: ReasonCodeClassifier, dialogues: list[Dialogue], name: str) -> list[Measure]:
    rows = _primary_rows(model, dialogues)
    right = [row["code"] == d.first for row, d in zip(rows, dialogues, strict=True)]
    anywhere = [any(row["code"] in i for i in d.intents) for row, d in zip(rows, dialogues, strict=True)]
    turn = [
        row["turn"] is not None and bool(d.intents[row["turn"] - 1]) for row, d in zip(rows, dialogues, strict=True)
    ]
    return [
        Measure(f"{name}: first intent right", float(np.mean(right)), len(right)),
        Measure(f"{name}: an intent of the conversation", float(np.mean(anywhere)), len(right)),
        Measure(f"{name}: evidence turn states an intent", float(np.mean(turn)), len(right)),
    ]


def _primary_rows(model: ReasonCodeClassifier, dialogues: list[Dialogue]) -> list[dict]:
    """Likeliest code of the unit that decided, its confidence and its turn, of each dialogue."""
    turns = [(f"{n:06d}", k, "customer", text) for n, d in enumerate(dialogues) for k, text in enumerate(d.texts, 1)]
    columns = dict(zip(("call_id", "turn_no", "speaker", "text"), zip(*turns, strict=True), strict=True))
    found = model.predict_turns(pa.table(columns)).to_pylist()
    from json import loads

    rows: list[dict] = []
    for row in found:
        if row["rank"] == 1:
            top = loads(row["top3"])
            rows.append(
                {
                    "code": row["code"] or (top[0]["code"] if top else NO_REASON),
                    "confidence": top[0]["confidence"] if top else 0.0,
                    "stated": row["status"] in ("accepted", "abstained"),
                    "turn": row["span_turn_no"],
                }
            )
    return rows


def _with_fillers(dialogue: Dialogue, silent: list[str], chance: random.Random) -> Dialogue:
    """Turns that state nothing, from other conversations, put in at random places."""
    turns = list(zip(dialogue.texts, dialogue.intents, strict=True))
    for _ in range(FILLERS):
        turns.insert(chance.randrange(len(turns) + 1), (chance.choice(silent), ()))
    return Dialogue([text for text, _ in turns], [intents for _, intents in turns])

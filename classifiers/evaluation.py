"""Measure a classifier: on held-out patterns, and on public sets it was never trained on."""

import csv
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.calibration import accepted, calibrate, expected_calibration_error, lower_bound, shares
from classifiers.mappings import BROWNBOX_LEVEL_1, level_1
from classifiers.model import ReasonCodeClassifier
from classifiers.public_sets import read_brownbox
from classifiers.taxonomy import Taxonomy


@dataclass(frozen=True)
class Measure:
    """One measured number with its sample size."""

    name: str
    value: float
    cases: int
    is_share: bool = True


def interval(share: float, cases: int) -> tuple[float, float]:
    """Two-sided 95 % Wilson interval of a share."""
    right = round(share * cases)
    return lower_bound(right, cases, 1.96), 1.0 - lower_bound(cases - right, cases, 1.96)


def measure_held_out(
    scores: np.ndarray, labels: np.ndarray, reasonless: Sequence[int], temperature: float
) -> list[Measure]:
    """Accuracy and calibration on texts of patterns the scoring model never saw.

    Args:
        scores: raw held-out scores [texts, classes].
        labels: true class indexes.
        reasonless: indexes of the classes that state no reason.
        temperature: calibration of the scores.
    """
    share = shares(scores, temperature)
    best = share.argmax(axis=1)
    right = best == labels
    stated = ~np.isin(labels, reasonless)
    kept = np.isin(best, reasonless)
    return [
        Measure("reason texts: right class", float(right[stated].mean()), int(stated.sum())),
        Measure("texts without a reason: none seen", float(kept[~stated].mean()), int((~stated).sum())),
        Measure(
            "calibration error",
            expected_calibration_error(share.max(axis=1), right),
            labels.size,
            is_share=False,
        ),
    ]


def trade_off(
    scores: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    reasonless: Sequence[int],
    targets: Sequence[float],
) -> list[tuple[float, float, float, float]]:
    """(Precision asked, share of reason texts accepted, precision got, other texts accepted).

    Thresholds are set on one half of the patterns and measured on the other, both ways.
    """
    half = groups % 2 == 0
    stated = ~np.isin(labels, reasonless)
    rows = []
    for target in targets:
        kept = np.zeros(labels.size, dtype=bool)
        right = np.zeros(labels.size, dtype=bool)
        for fit, test in ((half, ~half), (~half, half)):
            calibration = calibrate(scores[fit], labels[fit], groups[fit], reasonless, target)
            best, taken = accepted(scores[test], calibration, reasonless)
            kept[test], right[test] = taken, taken & (best == labels[test])
        got = float(right.sum() / max(kept.sum(), 1))
        rows.append((target, float(kept[stated].mean()), got, float(kept[~stated].mean())))
    return rows


def confusions(
    scores: np.ndarray, labels: np.ndarray, classes: Sequence[str], top: int = 12
) -> list[tuple[str, str, float]]:
    """The largest shares of a class that were taken for another: (true, predicted, share)."""
    best = scores.argmax(axis=1)
    counts = np.zeros((len(classes), len(classes)))
    np.add.at(counts, (labels, best), 1)
    rates = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(rates, 0)
    order = np.argsort(-rates, axis=None, kind="stable")[:top]
    pairs = [divmod(int(place), len(classes)) for place in order]
    return [(classes[true], classes[taken], float(rates[true, taken])) for true, taken in pairs]


def measure_bitext(model: ReasonCodeClassifier, taxonomy: Taxonomy, path: Path) -> list[Measure]:
    """Single utterances of the public Bitext set, intents mapped to text classes.

    Args:
        model: the classifier.
        taxonomy: gives the mapping of intents.
        path: gzip CSV with the columns utterance and intent.
    """
    mapping = taxonomy.by_bitext_intent()
    with gzip.open(path, "rt", encoding="utf-8-sig") as lines:
        rows = [row for row in csv.DictReader(lines) if row["intent"] in mapping]
    found = model.predict([row["utterance"] for row in rows])
    truth = [mapping[row["intent"]] for row in rows]
    first = np.array([p.top3[0][0] == t if p.top3 else False for p, t in zip(found, truth, strict=True)])
    three = np.array([t in dict(p.top3) for p, t in zip(found, truth, strict=True)])
    kept = np.array([p.status == "accepted" for p in found])
    stated = np.array([p.status != "no_reason_stated" for p in found])
    sure = np.array([p.top3[0][1] if p.top3 else 0.0 for p in found])
    return [
        Measure("Bitext 20k: likeliest class right", float(first.mean()), first.size),
        Measure("Bitext 20k: likeliest class right and reason seen", float((first & stated).mean()), first.size),
        Measure("Bitext 20k: in the top three", float(three.mean()), first.size),
        Measure("Bitext 20k: accepted", float(kept.mean()), first.size),
        Measure("Bitext 20k: precision of the accepted", float(first[kept].mean()), int(kept.sum())),
        Measure("Bitext 20k: calibration error", expected_calibration_error(sure, first), first.size, is_share=False),
    ]


def measure_calls(model: ReasonCodeClassifier, landing: Path, labels: Path) -> list[Measure]:
    """Real conversations with AI agents: is a true code among the predicted ones?

    Args:
        model: the classifier.
        landing: landing folder with ``call_turns/call_turns.jsonl.gz``.
        labels: CSV with call_id and the true codes, space separated.
    """
    with labels.open(encoding="utf-8") as lines:
        rows = {row["call_id"]: set(row["codes"].split()) for row in csv.DictReader(lines)}
    truth = {call: codes for call, codes in rows.items() if codes}
    tags = model.predict_turns(read_turns(landing / "call_turns" / "call_turns.jsonl.gz"))
    ranked: dict[str, list[str]] = {}
    for row in tags.select(["call_id", "code"]).to_pylist():
        ranked.setdefault(row["call_id"], []).append(row["code"])
    primary = [ranked[call][0] in codes for call, codes in truth.items()]
    anywhere = [bool(codes & set(ranked[call])) for call, codes in truth.items()]
    asserted = [len([c for c in ranked[call] if c]) for call in truth]
    accepted = [ranked[call][0] is not None for call in truth]
    covered = [right for right, kept in zip(primary, accepted, strict=True) if kept]
    n = len(truth)
    return [
        Measure("tau-bench calls: a true code among the predicted", float(np.mean(anywhere)), n),
        Measure("tau-bench calls: primary code is a true code", float(np.mean(primary)), n),
        Measure("tau-bench calls: accepted", float(np.mean(accepted)), n),
        Measure("tau-bench calls: primary right of the accepted", float(np.mean(covered)), len(covered)),
        Measure("tau-bench calls: codes asserted per call", float(np.mean(asserted)), n, is_share=False),
    ]


def measure_brownbox(model: ReasonCodeClassifier, path: Path) -> list[Measure]:
    """Support cases: does the likeliest code of the questions lie under a level-1 reason of the label?

    Args:
        model: the classifier.
        path: gzip JSON lines of the set.
    """
    cases = [case for case in read_brownbox(path) if case[1] in BROWNBOX_LEVEL_1]
    found = model.predict([" ".join(questions) for _, _, questions in cases])
    allowed: dict[str, set[str]] = {}
    for area, category, _ in cases:
        allowed.setdefault(area, set()).update(BROWNBOX_LEVEL_1[category])
    reasons = [level_1(p.top3[0][0]) if p.top3 else "" for p in found]
    right = np.array([r in BROWNBOX_LEVEL_1[c] for r, (_, c, _) in zip(reasons, cases, strict=True)])
    near = np.array([r in allowed[a] for r, (a, _, _) in zip(reasons, cases, strict=True)])
    kept = np.array([p.status == "accepted" for p in found])
    return [
        Measure("BrownBox dev: likeliest code under a level 1 of the area", float(near.mean()), right.size),
        Measure("BrownBox dev: likeliest code under a level 1 of the category", float(right.mean()), right.size),
        Measure("BrownBox dev: accepted", float(kept.mean()), right.size),
        Measure("BrownBox dev: the same (category) of the accepted", float(right[kept].mean()), int(kept.sum())),
    ]


def read_turns(path: Path) -> pa.Table:
    """Turns of a gzip JSON lines file, sorted by call and turn."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    table = pa.table({name: [row[name] for row in rows] for name in ("call_id", "turn_no", "speaker", "text")})
    order = pc.sort_indices(table, sort_keys=[("call_id", "ascending"), ("turn_no", "ascending")])
    return table.take(order)

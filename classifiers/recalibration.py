"""Temperature and thresholds again, from calls that a random audit drew and people decided.

The corpus says how sure the model may be of texts like its own; only audited calls say how sure it may be of
real ones. Nothing moves on suspicion: the temperature only if it explains calls it was not fitted on proven
better, a threshold only if the precision above it is proven too low, or proven high enough further down. All
bounds are one-sided at 95 %, those of single codes together.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from classifiers.calibration import CONFIDENT, HIGHEST_ACCEPT, LOWEST_ACCEPT, shares
from classifiers.gate import compare, worth
from classifiers.model import ReasonCodeClassifier
from classifiers.taxonomy import NO_REASON, NOT_A_CONTACT

FOLDS = 5
LEVEL = 0.05
"""Chance of moving a threshold that is right; of the codes it is shared among those that were audited."""
FEWEST = 30
"""With fewer audited calls nothing is even looked at."""
GRID = tuple(round(float(t), 2) for t in np.arange(LOWEST_ACCEPT, HIGHEST_ACCEPT + 0.01, 0.05))
TEMPERATURES = np.geomspace(0.03, 3.0, 80)
_STATES = {"no_reason_stated": NO_REASON, "not_a_contact": NOT_A_CONTACT}


@dataclass(frozen=True)
class Audit:
    """Calls that the random audit drew and people decided.

    Attributes:
        turns: all their turns, as `predict_turns` reads them, sorted.
        codes: call_id -> code in the model's classes.
        weights: call_id -> calls it stands for, one divided by the probability of the draw.
    """

    turns: pa.Table
    codes: dict[str, str]
    weights: dict[str, float]


@dataclass(frozen=True)
class Recalibration:
    """The model with its new calibration, None where nothing moved, and why, line by line."""

    model: ReasonCodeClassifier | None
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Answers:
    """What an engine says of the audited calls, in the order of their identifiers."""

    given: list[str | None]
    confidence: np.ndarray
    texts: list[str | None]


def recalibrate(model: ReasonCodeClassifier, audit: Audit, precision: float) -> Recalibration:
    """Fit temperature and thresholds again where the audit proves that they are wrong.

    Args:
        model: the model in use; it is not changed.
        audit: decided calls of the random draw that the model was not trained on.
        precision: asked of every accepted code.
    """
    calls = sorted(audit.codes)
    if len(calls) < FEWEST:
        return Recalibration(None, (f"{len(calls)} audited calls are too few to move anything ({FEWEST} needed)",))
    weights = np.array([audit.weights[call] for call in calls])
    weights = weights / weights.mean()
    truth = [audit.codes[call] for call in calls]
    fitted, said = _with_temperature(model, audit, calls, truth, weights)
    moved, more = _with_thresholds(fitted, audit, calls, truth, weights, precision)
    lines = (f"{len(calls)} audited calls", said, *more)
    if moved.model_version == model.model_version:
        return Recalibration(None, (*lines, "nothing moves"))
    # at the precision asked, one more accepted code is worth nothing
    costs = precision / (1 - precision)
    worths = [
        weights * [worth(c, a, costs) for c, a in zip(truth, _answers(one, audit, calls).given, strict=True)]
        for one in (model, moved)
    ]
    judged = compare(*worths)
    lines = (*lines, judged.line("audited calls"))
    if judged.verdict == "worse":
        return Recalibration(None, (*lines, "refused: nothing moves"))
    note = f"recalibrated from model {model.model_version}: " + "; ".join(lines)
    return Recalibration(ReasonCodeClassifier(replace(moved.record, notes=(*model.record.notes, note))), lines)


def _answers(model: ReasonCodeClassifier, audit: Audit, calls: Sequence[str]) -> _Answers:
    found = {row["call_id"]: row for row in model.predict_turns(audit.turns).to_pylist() if row["rank"] == 1}
    spoken = {(row["call_id"], row["turn_no"]): row["text"] for row in audit.turns.to_pylist()}
    rows = [found[call] for call in calls]
    return _Answers(
        [row["code"] or _STATES.get(row["status"]) for row in rows],
        np.array([row["confidence"] for row in rows]),
        [spoken.get((row["call_id"], row["span_turn_no"])) for row in rows],
    )


def _with_temperature(
    model: ReasonCodeClassifier, audit: Audit, calls: Sequence[str], truth: Sequence[str], weights: np.ndarray
) -> tuple[ReasonCodeClassifier, str]:
    """The model with the temperature at which the decided codes are likeliest, if that is proven better."""
    texts = _answers(model, audit, calls).texts
    index = {code: i for i, code in enumerate(model.classes_)}
    chosen = [i for i, text in enumerate(texts) if text and truth[i] in index]
    before = model.record.calibration.temperature
    if len(chosen) < FEWEST:
        return model, f"temperature {before:.3f} stays: {len(chosen)} calls with evidence are too few"
    scores = model.scores([str(texts[i]) for i in chosen]).astype(np.float64)
    labels = np.array([index[truth[i]] for i in chosen])
    weight = weights[chosen]
    losses = np.stack([_losses(scores, labels, t) for t in TEMPERATURES])
    fold = np.array([int(hashlib.sha256(calls[i].encode()).hexdigest()[:8], 16) % FOLDS for i in chosen])
    unseen = np.empty(labels.size)
    for k in range(FOLDS):
        best = int(np.argmin((losses * (weight * (fold != k))).sum(axis=1)))
        unseen[fold == k] = losses[best][fold == k]
    gain = _losses(scores, labels, before) - unseen
    mean, low = _mean_and_bound(gain, weight)
    figures = (
        f"another would take {mean:+.3f} off the log loss of unseen calls, surely {low:+.3f} ({labels.size} calls)"
    )
    if low <= 0:
        return model, f"temperature {before:.3f} stays: {figures}"
    after = round(float(TEMPERATURES[int(np.argmin((losses * weight).sum(axis=1)))]), 6)
    return _changed(model, temperature=after), f"temperature {before:.3f} -> {after:.3f}: {figures}"


def _losses(scores: np.ndarray, labels: np.ndarray, temperature: float) -> np.ndarray:
    share = shares(scores, temperature)[np.arange(labels.size), labels]
    return np.asarray(-np.log(np.maximum(share, 1e-6)))


def _mean_and_bound(gain: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Weighted mean and its one-sided lower bound."""
    mean = float((gain * weight).sum() / weight.sum())
    error = float(np.sqrt((weight**2 * (gain - mean) ** 2).sum()) / weight.sum())
    return mean, mean - CONFIDENT * error


def _with_thresholds(
    model: ReasonCodeClassifier,
    audit: Audit,
    calls: Sequence[str],
    truth: Sequence[str],
    weights: np.ndarray,
    asked: float,
) -> tuple[ReasonCodeClassifier, list[str]]:
    """The model with thresholds moved where the audited precision is proven on the wrong side."""
    accept = np.array(model.record.calibration.accept)
    floored, lines = _floor(model, audit, calls, truth, weights, asked)
    accept = np.maximum(accept, floored)
    steps = [_answers(_changed(model, accept=(t,) * accept.size), audit, calls).given for t in GRID]
    moved = _answers(_changed(model, accept=tuple(accept.tolist())), audit, calls).given
    level = LEVEL / max(len({found for found in moved if found is not None}), 1)
    for place, code in enumerate(model.classes_):
        now = _tally(moved, truth, weights, code)
        at = [_tally(given, truth, weights, code) for given in steps]
        threshold = accept[place]
        if now[1] and _bounds(*now, level)[1] < asked:
            higher = [t for t, (k, n) in zip(GRID, at, strict=True) if t > threshold and n and k / n >= asked]
            threshold = min(higher, default=HIGHEST_ACCEPT)
        else:
            lower = [
                t
                for t, (k, n) in zip(GRID, at, strict=True)
                if t < threshold and n > now[1] and _bounds(k, n, level)[0] >= asked
            ]
            threshold = min(lower, default=threshold)
        if threshold != accept[place]:
            lines.append(f"{code}: {accept[place]:.2f} -> {threshold:.2f} (right {now[0]:.1f} of {now[1]:.1f})")
            accept[place] = threshold
    return _changed(model, accept=tuple(round(float(t), 2) for t in accept)), lines


def _floor(
    model: ReasonCodeClassifier,
    audit: Audit,
    calls: Sequence[str],
    truth: Sequence[str],
    weights: np.ndarray,
    asked: float,
) -> tuple[float, list[str]]:
    """Lowest threshold of all codes: above 0 if the precision of all accepted calls together is proven too low."""
    accept = np.array(model.record.calibration.accept)
    right, count = _tally(_answers(model, audit, calls).given, truth, weights, None)
    if not count:
        return 0.0, ["no audited call is accepted"]
    low, high = _bounds(right, count, LEVEL)
    figures = f"accepted and right {right / count:.3f} ({low:.3f} to {high:.3f}, {count:.0f} calls), asked {asked:.3f}"
    if high >= asked:
        return 0.0, [f"all codes: {figures}"]
    for step in GRID:
        raised = _changed(model, accept=tuple(np.maximum(accept, step).tolist()))
        k, n = _tally(_answers(raised, audit, calls).given, truth, weights, None)
        if n and k / n >= asked:
            return step, [f"all codes at least {step:.2f}: {figures}"]
    return HIGHEST_ACCEPT, [f"all codes at least {HIGHEST_ACCEPT:.2f}: {figures}"]


def _tally(
    given: Sequence[str | None], truth: Sequence[str], weights: np.ndarray, code: str | None
) -> tuple[float, float]:
    """(Right, all) accepted calls of a code, or of all codes, as a number of equally weighted calls."""
    chosen = [
        i
        for i, found in enumerate(given)
        if found is not None and found not in (NO_REASON, NOT_A_CONTACT) and code in (None, found)
    ]
    if not chosen:
        return 0.0, 0.0
    weight = weights[chosen]
    right = np.array([given[i] == truth[i] for i in chosen])
    count = float(weight.sum() ** 2 / (weight**2).sum())
    return count * float(weight[right].sum() / weight.sum()), count


def _bounds(right: float, count: float, level: float) -> tuple[float, float]:
    """One-sided bounds of a share, each at a level (Clopper and Pearson: exact also for few calls)."""
    from scipy.stats import beta

    wrong = count - right
    low = float(beta.ppf(level, right, wrong + 1)) if right > 0 else 0.0
    return low, float(beta.ppf(1 - level, right + 1, wrong)) if wrong > 0 else 1.0


def _changed(model: ReasonCodeClassifier, **settings: float | tuple[float, ...]) -> ReasonCodeClassifier:
    calibration = replace(model.record.calibration, **settings)  # type: ignore[arg-type]
    return ReasonCodeClassifier(replace(model.record, calibration=calibration))

"""Turn raw scores into probabilities and set the thresholds of acceptance."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

# A unit states a reason if the classes with a reason hold this much of the probability.
REASON = 0.65
# Share of right, reason-bearing texts whose score may fall below the known-code threshold.
KNOWN_LOSS = 0.02
# Precision asked of every accepted code on unseen phrasings of the corpus, and the range in which
# its threshold is looked for.
PRECISION = 0.92
LOWEST_ACCEPT, HIGHEST_ACCEPT = 0.35, 0.95
# A code has few patterns, and the texts of a pattern are right or wrong together. Its precision is
# therefore pulled towards that of all codes, as if it had this many more patterns like theirs.
POOLED_PATTERNS = 20.0
CONFIDENT = 1.645


@dataclass(frozen=True)
class Calibration:
    """Temperature and thresholds of one model."""

    temperature: float
    reason: float
    known: float
    accept: tuple[float, ...]

    def to_json(self) -> dict[str, object]:
        """As plain JSON values."""
        return asdict(self)


def shares(scores: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities [texts, classes] of raw scores."""
    scaled = (scores - scores.max(axis=1, keepdims=True)) / temperature
    powers = np.exp(scaled)
    return powers / powers.sum(axis=1, keepdims=True)


def neutral_calibration(classes: int) -> Calibration:
    """Accepts every likeliest class; for a model that was never calibrated."""
    return Calibration(temperature=0.25, reason=REASON, known=-1e9, accept=(0.0,) * classes)


def calibrate(
    scores: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    reasonless: Sequence[int],
    precision: float = PRECISION,
) -> Calibration:
    """Choose temperature and thresholds from scores of texts the model was not fitted on.

    Args:
        scores: raw scores [texts, classes].
        labels: true class indexes.
        groups: pattern of each text; every pattern counts the same.
        reasonless: indexes of the classes that state no reason.
        precision: asked of the accepted texts of every class.
    """
    temperature = best_temperature(scores, labels)
    units = judge(scores, temperature, reasonless)
    right = (units.best == labels) & (units.stated >= REASON)
    raw = scores[np.arange(labels.size), units.best]
    known = float(np.quantile(raw[right], KNOWN_LOSS)) if right.any() else -1e9
    eligible = (units.stated >= REASON) & (raw >= known)
    accept = _accept_thresholds(units, eligible, units.best == labels, _weights(groups), scores.shape[1], precision)
    return Calibration(round(temperature, 6), REASON, round(known, 6), accept)


class Judged(NamedTuple):
    """Likeliest reason of each text, its probability, and the probability of any reason."""

    best: np.ndarray
    top: np.ndarray
    stated: np.ndarray


def judge(scores: np.ndarray, temperature: float, reasonless: Sequence[int]) -> Judged:
    """What the engine sees in each text."""
    share = shares(scores, temperature)
    stated = 1.0 - share[:, list(reasonless)].sum(axis=1)
    share[:, list(reasonless)] = -1.0
    return Judged(share.argmax(axis=1), share.max(axis=1), stated)


def accepted(scores: np.ndarray, calibration: Calibration, reasonless: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """(Likeliest reason, whether it is accepted) of each text."""
    units = judge(scores, calibration.temperature, reasonless)
    raw = scores[np.arange(units.best.size), units.best]
    enough = units.top >= np.array(calibration.accept)[units.best]
    return units.best, (units.stated >= calibration.reason) & (raw >= calibration.known) & enough


def expected_calibration_error(top: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over equal-width bins."""
    place = np.minimum((top * bins).astype(int), bins - 1)
    weight = np.bincount(place, minlength=bins)
    gap = np.abs(
        np.bincount(place, weights=top, minlength=bins)
        - np.bincount(place, weights=right.astype(float), minlength=bins)
    )
    return float(gap.sum() / max(weight.sum(), 1))


def lower_bound(right: float, total: float, z: float = CONFIDENT) -> float:
    """One-sided Wilson lower bound of a share."""
    if total == 0:
        return 0.0
    share = right / total
    centre = share + z * z / (2 * total)
    spread = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return float((centre - spread) / (1 + z * z / total))


def best_temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """Temperature at which the true labels are likeliest."""
    candidates = np.geomspace(0.03, 3.0, 80)
    rows = np.arange(labels.size)
    losses = [-np.log(np.maximum(shares(scores, t)[rows, labels], 1e-12)).mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def _weights(groups: np.ndarray) -> np.ndarray:
    """One divided by the number of texts of each text's pattern."""
    _, place, count = np.unique(groups, return_inverse=True, return_counts=True)
    return 1.0 / count[place]


def _accept_thresholds(
    units: Judged,
    eligible: np.ndarray,
    right: np.ndarray,
    weight: np.ndarray,
    classes: int,
    precision: float,
) -> tuple[float, ...]:
    """Lowest threshold of each class on a grid at which its pooled precision is the one asked."""
    accept = np.full(classes, HIGHEST_ACCEPT)
    for threshold in np.arange(LOWEST_ACCEPT, HIGHEST_ACCEPT, 0.05)[::-1]:
        kept = eligible & (units.top >= threshold)
        total = np.bincount(units.best[kept], weights=weight[kept], minlength=classes)
        good = np.bincount(units.best[kept & right], weights=weight[kept & right], minlength=classes)
        pooled = good.sum() / max(total.sum(), 1e-9)
        reached = (good + POOLED_PATTERNS * pooled) / (total + POOLED_PATTERNS) >= precision
        accept = np.where(reached, round(float(threshold), 2), accept)
    return tuple(accept.tolist())

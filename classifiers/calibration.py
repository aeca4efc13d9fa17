"""Turn raw scores into probabilities and set the thresholds of acceptance."""

from dataclasses import asdict, dataclass

import numpy as np

# A unit states a reason if the null class holds less than half of the probability.
REASON = 0.5
# Share of right, reason-bearing texts whose score may fall below the known-code threshold.
KNOWN_LOSS = 0.02
# Precision promised for accepted codes on unseen phrasings of the corpus, as a one-sided 95 %
# lower bound; and the range in which a code's threshold is looked for.
PRECISION = 0.90
LOWEST_ACCEPT, HIGHEST_ACCEPT = 0.35, 0.95
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


def calibrate(scores: np.ndarray, labels: np.ndarray, null: int) -> Calibration:
    """Choose temperature and thresholds from scores of texts the model was not fitted on.

    Args:
        scores: raw scores [texts, classes].
        labels: true class indexes.
        null: index of the null class, or -1.
    """
    temperature = _best_temperature(scores, labels)
    share = shares(scores, temperature)
    reasons = share.copy()
    if null >= 0:
        reasons[:, null] = -1.0
    best = reasons.argmax(axis=1)
    top = reasons.max(axis=1)
    stated = 1.0 - share[:, null] if null >= 0 else np.ones(labels.size)
    right = (best == labels) & (stated >= REASON)
    raw = scores[np.arange(labels.size), best]
    known = float(np.quantile(raw[right], KNOWN_LOSS)) if right.any() else -1e9
    eligible = (stated >= REASON) & (raw >= known)
    accept = tuple(
        _accept_threshold(top[eligible & (best == c)], labels[eligible & (best == c)] == c)
        for c in range(scores.shape[1])
    )
    return Calibration(round(temperature, 6), REASON, round(known, 6), accept)


def expected_calibration_error(top: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over equal-width bins."""
    place = np.minimum((top * bins).astype(int), bins - 1)
    weight = np.bincount(place, minlength=bins)
    gap = np.abs(
        np.bincount(place, weights=top, minlength=bins)
        - np.bincount(place, weights=right.astype(float), minlength=bins)
    )
    return float(gap.sum() / max(weight.sum(), 1))


def lower_bound(right: int, total: int, z: float = CONFIDENT) -> float:
    """One-sided Wilson lower bound of a share."""
    if total == 0:
        return 0.0
    share = right / total
    centre = share + z * z / (2 * total)
    spread = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return float((centre - spread) / (1 + z * z / total))


def _best_temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    candidates = np.geomspace(0.03, 3.0, 80)
    rows = np.arange(labels.size)
    losses = [-np.log(np.maximum(shares(scores, t)[rows, labels], 1e-12)).mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def _accept_threshold(confidence: np.ndarray, right: np.ndarray) -> float:
    """Lowest threshold on a grid that keeps the promised precision."""
    for threshold in np.arange(LOWEST_ACCEPT, HIGHEST_ACCEPT, 0.05):
        kept = right[confidence >= threshold]
        if lower_bound(int(kept.sum()), kept.size) >= PRECISION:
            return round(float(threshold), 2)
    return HIGHEST_ACCEPT

"""Train a model on a user's own labels (`whycall train`)."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers.calibration import accepted, expected_calibration_error, shares
from classifiers.evaluation import interval
from classifiers.fitting import fit_record, reasonless_of
from classifiers.labelled import read_labelled
from classifiers.model import ReasonCodeClassifier


@dataclass(frozen=True)
class TrainingSummary:
    """What the folds of a training run show: every text judged by a model that never saw its call."""

    version: str
    texts: int
    codes: int
    right: float
    right_interval: tuple[float, float]
    accepted: float
    accepted_right: float
    calibration_error: float
    rare: tuple[str, ...]  # codes with so few texts that their figures mean little

    def lines(self) -> list[str]:
        """The summary as text lines."""
        low, high = self.right_interval
        found = [
            f"model {self.version}: {self.texts} texts, {self.codes} codes",
            f"held out: right {self.right:.1%} ({low:.1%} to {high:.1%})",
            f"held out: calibration error {self.calibration_error:.3f}",
            f"held out: accepted {self.accepted:.1%}, of these right {self.accepted_right:.1%}",
        ]
        return found + [f"fewer than {FEW} texts: {', '.join(self.rare)}"] * bool(self.rare)


FEW = 10


def train_labelled(corpus: Path, output: Path) -> TrainingSummary:
    """Fit, calibrate and save a model; the same files give the same bytes.

    Args:
        corpus: folder read by ``read_labelled``.
        output: folder of the artifact.

    Raises:
        CorpusError: the folder cannot be trained on.
    """
    found = read_labelled(corpus)
    names = "\n".join(sorted(set(found.codes)))
    version = f"own-{hashlib.sha256(names.encode()).hexdigest()[:8]}"
    fitted = fit_record(found.texts, found.codes, found.groups, version)
    ReasonCodeClassifier(fitted.record).save(output)
    share = shares(fitted.held_out, fitted.record.calibration.temperature)
    right = share.argmax(axis=1) == fitted.labels
    best, kept = accepted(fitted.held_out, fitted.record.calibration, reasonless_of(fitted.record.classes))
    counts = Counter(found.codes)
    return TrainingSummary(
        version=fitted.record.version,
        texts=len(found.texts),
        codes=len(counts),
        right=float(right.mean()),
        right_interval=interval(float(right.mean()), right.size),
        accepted=float(kept.mean()),
        accepted_right=float((best == fitted.labels)[kept].mean()) if kept.any() else float(np.nan),
        calibration_error=expected_calibration_error(share.max(axis=1), right),
        rare=tuple(sorted(code for code, n in counts.items() if n < FEW)),
    )

"""Measure the second opinion on a set with official splits (extra ``semantic``)."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from classifiers.calibration import expected_calibration_error, shares
from classifiers.evaluation import Measure
from classifiers.fitting import fit_record
from classifiers.model import ReasonCodeClassifier
from classifiers.public_sets import Labelled
from classifiers.second_opinion import fit_second_opinion


def measure_opinion(name: str, read: Callable[[Path, str], Labelled], folder: Path) -> list[Measure]:
    """Kernel and second opinion fitted on train, measured on test.

    Args:
        name: of the set, for the table.
        read: reader of the set.
        folder: of the set.
    """
    train, test = read(folder, "train"), read(folder, "test")
    fitted = fit_record(train.texts, train.labels, None, "none")
    model = ReasonCodeClassifier(fitted.record)
    opinion = fit_second_opinion(fitted, train.texts)
    kernel = shares(model.scores(test.texts), fitted.record.calibration.temperature)
    asked = float((kernel.max(axis=1) < opinion.ask_below).mean())
    share = opinion.shares(model, test.texts)
    right = np.array([model.classes_[b] for b in share.argmax(axis=1)]) == np.array(test.labels)
    return [
        Measure(f"{name} test with second opinion: right label", float(right.mean()), right.size),
        Measure(f"{name} test: share of texts asked", asked, right.size),
        Measure(
            f"{name} test with second opinion: calibration error",
            expected_calibration_error(share.max(axis=1), right),
            right.size,
            is_share=False,
        ),
    ]

"""From labelled texts to a calibrated model."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.artifact import ModelRecord
from classifiers.calibration import calibrate
from classifiers.taxonomy import REASONLESS
from classifiers.training import fit_linear
from classifiers.vectors import load_word_vectors

FOLDS = 5


def training_hash(texts: Sequence[str], codes: Sequence[str], vectors: str | None = None) -> str:
    """SHA-256 of the labelled texts in their order, and of the word vectors they were fitted with.

    Args:
        texts: training texts.
        codes: their labels.
        vectors: version of the word vectors; None = those of the project.
    """
    digest = hashlib.sha256(f"{load_word_vectors().version if vectors is None else vectors}\n".encode())
    for text, code in zip(texts, codes, strict=True):
        digest.update(f"{code}\t{text}\n".encode())
    return digest.hexdigest()


def fold_of(groups: Sequence[int]) -> np.ndarray:
    """Fold of each text: texts of one group always share one."""
    return np.array([_scatter(group) % FOLDS for group in groups])


def _scatter(value: int) -> int:
    """A stable number that looks random."""
    return int.from_bytes(hashlib.sha256(str(value).encode()).digest()[:6], "big")


def held_out_scores(texts: Sequence[str], labels: np.ndarray, groups: Sequence[int], classes: int) -> np.ndarray:
    """Raw scores of every text from a model that never saw its group."""
    fold = fold_of(groups)
    scores = np.zeros((len(texts), classes))
    for k in range(FOLDS):
        inside, outside = np.flatnonzero(fold != k).tolist(), np.flatnonzero(fold == k).tolist()
        if outside:
            model = fit_linear([texts[i] for i in inside], labels[inside], classes)
            scores[outside] = model.scores([texts[i] for i in outside])
    return scores


@dataclass(frozen=True)
class Fitted:
    """A model with the held-out scores it was calibrated on."""

    record: ModelRecord
    held_out: np.ndarray  # float64 [texts, classes]
    labels: np.ndarray  # int64 [texts]
    groups: np.ndarray  # int64 [texts]: pattern of each text


def fit_record(
    texts: Sequence[str],
    codes: Sequence[str],
    groups: Sequence[int] | None,
    taxonomy_version: str,
) -> Fitted:
    """Fit on all texts; calibrate on the held-out scores of five folds.

    Raises:
        ValueError: texts, codes and groups differ in length, or only one label is used.
    """
    groups = range(len(texts)) if groups is None else groups
    if not len(texts) == len(codes) == len(groups):
        raise ValueError("texts, codes and groups must have equal length")
    classes = _class_order(codes)
    pattern = np.array(groups, dtype=np.int64)
    index = {code: i for i, code in enumerate(classes)}
    labels = np.array([index[code] for code in codes], dtype=np.int64)
    scores = held_out_scores(texts, labels, groups, len(classes))
    record = ModelRecord(
        classes=classes,
        linear=fit_linear(texts, labels, len(classes)),
        calibration=calibrate(scores, labels, pattern, reasonless_of(classes)),
        taxonomy_version=taxonomy_version,
        training_hash=training_hash(texts, codes),
        training_texts=len(texts),
    )
    return Fitted(record=record, held_out=scores, labels=labels, groups=pattern)


def reasonless_of(classes: Sequence[str]) -> list[int]:
    """Indexes of the labels that state no reason."""
    return [i for i, code in enumerate(classes) if code in REASONLESS]


def _class_order(codes: Sequence[str]) -> tuple[str, ...]:
    """Labels in alphabetical order, those without a reason last."""
    used = set(codes)
    return (*sorted(used - set(REASONLESS)), *(code for code in REASONLESS if code in used))

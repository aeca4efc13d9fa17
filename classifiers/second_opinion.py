"""A second opinion on the texts the kernel is least sure of (extra ``semantic``).

A linear head over sentence vectors is blended with the kernel's scores. Weight and temperature
are chosen on texts neither model was fitted on; if the blend is not better there, its weight is 0
and nothing is ever asked. Which texts are asked depends on their own confidence only, so an answer
does not depend on the batch. The evidence is still the kernel's.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from classifiers.calibration import best_temperature, shares
from classifiers.model import Prediction, ReasonCodeClassifier
from classifiers.semantic import encode
from classifiers.taxonomy import REASONLESS

if TYPE_CHECKING:
    from classifiers.fitting import Fitted

ASKED_SHARE = 0.25
"""Share of the least confident texts that are asked."""
HEAD_C = 20.0
FILE = "second_opinion.npz"
BLENDS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)

Encoder = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class SecondOpinion:
    """A head over sentence vectors and how much it counts."""

    belongs_to: str  # weights of the kernel it was fitted with
    weights: np.ndarray  # float32 [384, classes]
    bias: np.ndarray  # float32 [classes]
    blend: float  # weight of the head beside the kernel; 0 = the kernel decides alone
    temperature: float  # of the blended scores
    ask_below: float  # kernel probability below which a text is asked

    def shares(self, model: ReasonCodeClassifier, texts: Sequence[str], encoder: Encoder = encode) -> np.ndarray:
        """Probabilities [texts, classes]: the kernel's, and the blend's where the kernel is unsure."""
        scores = model.scores(texts).astype(np.float64)
        share = shares(scores, model.record.calibration.temperature)
        asked = np.flatnonzero(share.max(axis=1) < self.ask_below).tolist()
        if asked and self.blend > 0:
            head = encoder([texts[i] for i in asked]) @ self.weights + self.bias
            blended = scores[asked] / model.record.calibration.temperature + self.blend * head
            share[asked] = shares(blended, self.temperature)
        return share

    def predict(self, model: ReasonCodeClassifier, texts: Sequence[str], encoder: Encoder = encode) -> list[Prediction]:
        """Predictions of the kernel, corrected where the second opinion was asked and is sure enough.

        Raises:
            ValueError: the opinion belongs to another model.
        """
        self.check(model)
        share = self.shares(model, texts, encoder)
        asked = shares(model.scores(texts), model.record.calibration.temperature).max(axis=1) < self.ask_below
        found = model.predict(texts)
        return [_corrected(p, s, model) if a else p for p, s, a in zip(found, share, asked, strict=True)]

    def check(self, model: ReasonCodeClassifier) -> None:
        """Raise ValueError if the opinion was fitted with other weights; a new calibration does not matter."""
        found = model.record.weights_hash[:12]
        if self.belongs_to != found:
            raise ValueError(f"the second opinion belongs to the weights {self.belongs_to}, the model has {found}")

    @property
    def version(self) -> str:
        """Version from the content."""
        digest = hashlib.sha256(self._settings().encode())
        digest.update(self.weights.tobytes() + self.bias.tobytes())
        return f"so-{digest.hexdigest()[:8]}"

    def _settings(self) -> str:
        return json.dumps([self.belongs_to, self.blend, self.temperature, self.ask_below])

    def pseudo_labels(
        self, model: ReasonCodeClassifier, texts: Sequence[str], lowest: float, encoder: Encoder = encode
    ) -> list[tuple[str, str]]:
        """(Text, label) of the texts whose blended probability reaches ``lowest``, to retrain the kernel on."""
        share = self.shares(model, texts, encoder)
        best = share.argmax(axis=1)
        return [(texts[i], model.classes_[best[i]]) for i in np.flatnonzero(share.max(axis=1) >= lowest).tolist()]

    def save(self, folder: Path) -> None:
        """Write ``second_opinion.npz``; the same opinion gives the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / FILE, weights=self.weights, bias=self.bias, settings=np.array(self._settings()))

    @classmethod
    def load(cls, folder: Path) -> "SecondOpinion":
        """Read what ``save`` wrote; nothing in it is executed."""
        with np.load(folder / FILE, allow_pickle=False) as stored:
            belongs_to, blend, temperature, ask_below = json.loads(str(stored["settings"]))
            return cls(belongs_to, stored["weights"], stored["bias"], blend, temperature, ask_below)


def fit_second_opinion(fitted: "Fitted", texts: Sequence[str], encoder: Encoder = encode) -> SecondOpinion:
    """Fit the head on all texts; choose its weight on the folds the kernel was calibrated on.

    Args:
        fitted: the kernel with its held-out scores.
        texts: the texts it was fitted on, in the same order.
        encoder: texts to vectors.
    """
    from classifiers.fitting import FOLDS, fold_of

    vectors, labels, classes = encoder(texts), fitted.labels, len(fitted.record.classes)
    fold = fold_of(fitted.groups.tolist())
    held_out = np.zeros((len(texts), classes))
    for k in range(FOLDS):
        if (fold == k).any():
            weights, bias = _fit_head(vectors[fold != k], labels[fold != k], classes)
            held_out[fold == k] = vectors[fold == k] @ weights + bias
    kernel_temperature = fitted.record.calibration.temperature
    kernel = fitted.held_out / kernel_temperature
    sure = shares(kernel, 1.0).max(axis=1)
    ask_below = float(np.quantile(sure, ASKED_SHARE))
    asked = sure < ask_below
    right = [float(((kernel + b * held_out)[asked].argmax(axis=1) == labels[asked]).mean()) for b in BLENDS]
    blend = BLENDS[int(np.argmax(right))]
    temperature = best_temperature((kernel + blend * held_out)[asked], labels[asked])
    weights, bias = _fit_head(vectors, labels, classes)
    return SecondOpinion(
        fitted.record.weights_hash[:12],
        weights.astype(np.float32),
        bias.astype(np.float32),
        blend,
        temperature,
        ask_below,
    )


def _fit_head(vectors: np.ndarray, labels: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.linear_model import LogisticRegression

    head = LogisticRegression(C=HEAD_C, max_iter=200).fit(vectors, labels)
    weights, bias = np.zeros((vectors.shape[1], classes)), np.full(classes, -20.0)
    if head.classes_.size == 2:
        weights[:, head.classes_] = np.stack([-head.coef_[0], head.coef_[0]], axis=1)
        bias[head.classes_] = (-head.intercept_[0], head.intercept_[0])
    else:
        weights[:, head.classes_], bias[head.classes_] = head.coef_.T, head.intercept_
    return weights, bias


def sure_top3(share: np.ndarray, model: ReasonCodeClassifier) -> tuple[tuple[str, float], ...]:
    """The three likeliest reasons; empty where the likeliest does not pass the thresholds of the model."""
    classes, calibration = model.classes_, model.record.calibration
    reasons = [i for i, code in enumerate(classes) if code not in REASONLESS]
    ranked = sorted(reasons, key=lambda i: (-share[i], i))[:3]
    best = ranked[0]
    if share[reasons].sum() < calibration.reason or share[best] < calibration.accept[best]:
        return ()
    return tuple((classes[i], round(float(share[i]), 4)) for i in ranked)


def _corrected(found: Prediction, share: np.ndarray, model: ReasonCodeClassifier) -> Prediction:
    """The prediction with the blended probabilities; its evidence stays the kernel's."""
    top3 = sure_top3(share, model)
    if not top3 or len(found.codes) > 1 or found.status == "not_a_contact":
        return found
    best = top3[0][0]
    return replace(found, code=best, codes=(best,), confidence=top3[0][1], status="accepted", top3=top3)

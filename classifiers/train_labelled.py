"""Train a model on a user's own labels (`whycall train`)."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers.calibration import accepted, expected_calibration_error, shares
from classifiers.evaluation import interval
from classifiers.fitting import Fitted, fit_record, reasonless_of
from classifiers.gold import GoldSet
from classifiers.labelled import LabelledTexts, read_labelled
from classifiers.taxonomy import load_taxonomy
from classifiers.train import CORPUS, TAXONOMY, corpus_texts, replace_model


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
    taught: tuple[str, ...]  # what the second opinion as a teacher brought
    gate: tuple[str, ...]  # the new model against the one it replaces, by gold set

    def lines(self) -> list[str]:
        """The summary as text lines."""
        low, high = self.right_interval
        found = [
            f"model {self.version}: {self.texts} texts, {self.codes} codes",
            f"held out: right {self.right:.1%} ({low:.1%} to {high:.1%})",
            f"held out: calibration error {self.calibration_error:.3f}",
            f"held out: accepted {self.accepted:.1%}, of these right {self.accepted_right:.1%}",
        ]
        found += self.taught
        found += [f"against the model before: {line}" for line in self.gate]
        return found + [f"fewer than {FEW} texts: {', '.join(self.rare)}"] * bool(self.rare)


FEW = 10


def train_labelled(
    corpus: Path, output: Path, sets: Sequence[GoldSet] = (), force: bool = False, pseudo: Sequence[str] = ()
) -> TrainingSummary:
    """Fit, calibrate and save a model; the same files give the same bytes.

    Args:
        corpus: folder read by ``read_labelled``.
        output: folder of the artifact; a model that lies there is replaced only by one that is not worse.
        sets: gold sets to judge both models on; their texts are left out of the training.
        force: replace it all the same.
        pseudo: unlabelled texts for the second opinion to label (extra ``semantic``).

    Raises:
        CorpusError: the folder cannot be trained on.
        GateError: the new model is worse.
    """
    found = read_labelled(corpus)
    names = "\n".join(sorted(set(found.codes)))
    version = f"own-{hashlib.sha256(names.encode()).hexdigest()[:8]}"
    return _train(found, version, (output, output), sets, force, pseudo)


def train_with_decisions(
    decided: LabelledTexts,
    sets: Sequence[GoldSet],
    old: Path,
    output: Path,
    force: bool = False,
    pseudo: Sequence[str] = (),
) -> TrainingSummary:
    """Fit the shipped corpus together with texts that people have decided on.

    Args:
        decided: texts and codes of the taxonomy; each stands for itself in calibration.
        sets: frozen gold sets; their texts are left out of the training.
        old: folder of the model that is to be replaced.
        output: folder of the new one.
        force: write it even if it is worse.
        pseudo: unlabelled texts for the second opinion to label (extra ``semantic``).

    Raises:
        GateError: the new model is worse.
    """
    taxonomy = load_taxonomy(TAXONOMY)
    corpus = corpus_texts(CORPUS, taxonomy)
    known = set(corpus.codes)
    chosen = [i for i, code in enumerate(decided.codes) if code in known]
    first = max(corpus.groups) + 1
    found = LabelledTexts(
        corpus.texts + [decided.texts[i] for i in chosen],
        corpus.codes + [decided.codes[i] for i in chosen],
        corpus.groups + [first + decided.groups[i] for i in chosen],
    )
    return _train(found, taxonomy.version, (old, output), sets, force, pseudo)


def _train(
    found: LabelledTexts,
    version: str,
    places: tuple[Path, Path],
    sets: Sequence[GoldSet],
    force: bool,
    pseudo: Sequence[str],
) -> TrainingSummary:
    """Fit, let the second opinion teach, judge and save."""
    found = _without(found, sets)
    fitted = fit_record(found.texts, found.codes, found.groups, version)
    taught: tuple[str, ...] = ()
    if pseudo:
        from classifiers.pseudo import teach

        done = teach(fitted, found, pseudo, sets)
        fitted, found, taught = done.fitted, done.found, done.lines
    old, output = places
    return _summary(fitted, found, replace_model(old, output, fitted, found, sets, force).gate, taught)


def _without(found: LabelledTexts, sets: Sequence[GoldSet]) -> LabelledTexts:
    """The texts that no gold set has."""
    frozen = {text for gold in sets for text in gold.texts}
    keep = [i for i, text in enumerate(found.texts) if text not in frozen]
    return LabelledTexts(
        [found.texts[i] for i in keep], [found.codes[i] for i in keep], [found.groups[i] for i in keep]
    )


def _summary(fitted: Fitted, found: LabelledTexts, gate: tuple[str, ...], taught: tuple[str, ...]) -> TrainingSummary:
    """What the folds show."""
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
        gate=gate,
        taught=taught,
    )

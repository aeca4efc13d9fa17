"""The second opinion as a teacher: it labels texts nobody has labelled, and the kernel learns from them.

Whether that helps is measured, not assumed: the kernel with and the kernel without the new texts answer the
same held-out texts and gold sets, and the new texts are kept only if they win somewhere and lose nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.fitting import Fitted, fit_record
from classifiers.gate import gate
from classifiers.gold import HELD_OUT, GoldSet, answers_of, held_out_answers
from classifiers.labelled import LabelledTexts, open_text
from classifiers.model import ReasonCodeClassifier
from classifiers.second_opinion import Encoder
from classifiers.semantic import encode
from classifiers.train_opinion import opinion_on

LOWEST = 0.8
"""Probability a label must have: the teacher's guesses below it are wrong too often to learn from."""


@dataclass(frozen=True)
class Taught:
    """The fit that was kept, what it was fitted on, and the figures."""

    fitted: Fitted
    found: LabelledTexts
    lines: tuple[str, ...]


def read_texts(path: Path) -> list[str]:
    """Read one text a line, without doubles and empty lines.

    Raises:
        ValueError: there is none.
    """
    with open_text(path) as lines:
        texts = [text for text in dict.fromkeys(" ".join(line.split()) for line in lines) if text]
    if not texts:
        raise ValueError(f"{path}: no text (one a line)")
    return texts


def teach(
    fitted: Fitted, found: LabelledTexts, texts: Sequence[str], sets: Sequence[GoldSet], encoder: Encoder = encode
) -> Taught:
    """Fit again with texts that the second opinion has labelled, and keep the better fit.

    Args:
        fitted: the kernel on labelled texts alone.
        found: these texts.
        texts: unlabelled texts; those of a gold set or known already are left out.
        sets: gold sets to judge on, beside the held-out labelled texts.
        encoder: texts to vectors.

    Raises:
        SemanticUnavailableError: the extra is not installed.
    """
    kernel = ReasonCodeClassifier(fitted.record)
    opinion = opinion_on(fitted, found, encoder)
    if opinion.blend <= 0:
        return Taught(fitted, found, ("second opinion: no better than the kernel on held-out texts, nothing to teach",))
    known = {*found.texts, *(text for gold in sets for text in gold.texts)}
    labels = opinion.pseudo_labels(kernel, [text for text in texts if text not in known], LOWEST, encoder)
    if not labels:
        return Taught(fitted, found, ("second opinion: sure of no text, nothing to learn from",))
    first = max(found.groups) + 1
    more = LabelledTexts(
        found.texts + [text for text, _ in labels],
        found.codes + [code for _, code in labels],
        found.groups + list(range(first, first + len(labels))),
    )
    taught = fit_record(more.texts, more.codes, more.groups, fitted.record.taxonomy_version)
    pupil = ReasonCodeClassifier(taught.record)
    judged = gate(
        {HELD_OUT: found.codes} | {gold.name: gold.codes for gold in sets},
        {HELD_OUT: held_out_answers(fitted)} | {gold.name: answers_of(kernel, gold.texts) for gold in sets},
        {HELD_OUT: held_out_answers(taught)[: len(found.texts)]}
        | {gold.name: answers_of(pupil, gold.texts) for gold in sets},
        {HELD_OUT: found.groups},
    )
    helps = judged.passed and any(one.verdict == "better" for one in judged.comparisons.values())
    verdict = "kept" if helps else "not kept"
    lines = (f"{len(labels)} of {len(texts)} texts labelled by the second opinion: {verdict}", *judged.lines())
    return Taught(taught, more, lines) if helps else Taught(fitted, found, lines)

"""The gate before a new model: on frozen gold sets it may not be worse than the one in use.

Both models answer the same texts, so they are compared in pairs: only texts on which they differ say
anything. Texts of one group (a pattern, a call) are right or wrong together and count as one draw.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.taxonomy import REASONLESS

Z95 = 1.959963984540054
WRONG_COSTS = 3.0
"""A wrong code costs what three right ones are worth; an abstention costs and earns nothing."""


@dataclass(frozen=True)
class Comparison:
    """Two models on one gold set.

    Attributes:
        count: texts.
        old, new: mean value of either model's answers.
        difference: new - old.
        ci_low, ci_high: 95 % interval of the difference.
        verdict: better or worse (the interval excludes 0), else equal.
    """

    count: int
    old: float
    new: float
    difference: float
    ci_low: float
    ci_high: float
    verdict: str

    def line(self, name: str) -> str:
        """Return the figures as one line for people."""
        return (
            f"{name}: {self.old:.4f} -> {self.new:.4f} ({self.difference:+.4f}, 95 % interval "
            f"{self.ci_low:+.4f} to {self.ci_high:+.4f}, {self.count} texts): {self.verdict}"
        )


@dataclass(frozen=True)
class GateResult:
    """The comparisons by gold set, and whether the new model may take the place of the old."""

    passed: bool
    comparisons: Mapping[str, Comparison]

    def lines(self) -> list[str]:
        """Return one line per gold set, for people."""
        return [found.line(name) for name, found in self.comparisons.items()]

    def refusal(self) -> str:
        """Return why the model is refused, in one line; empty if it is not."""
        worse = [found.line(name) for name, found in self.comparisons.items() if found.verdict == "worse"]
        return "; ".join(worse)


class GateError(Exception):
    """A model was refused; the message is one line with the figures."""


def compare(old: Sequence[float], new: Sequence[float], groups: Sequence[int] | None = None) -> Comparison:
    """Compare two models on one gold set.

    Args:
        old: per text, the value of the answer of the model in use (right 1, wrong 0; see `worth`).
        new: the same texts in the same order, for the new model.
        groups: texts of one group are one draw; by default every text is.

    Raises:
        ValueError: no text, or different numbers of texts.
    """
    if len(old) != len(new) or not len(old) or groups is not None and len(groups) != len(old):
        raise ValueError(f"{len(old)} and {len(new)} answers: the gold set must be the same and not empty")
    before, after = np.asarray(old, dtype=np.float64), np.asarray(new, dtype=np.float64)
    low, high = paired_interval(after - before, groups)
    return Comparison(
        count=before.size,
        old=float(before.mean()),
        new=float(after.mean()),
        difference=float((after - before).mean()),
        ci_low=low,
        ci_high=high,
        verdict="worse" if high < 0 else "better" if low > 0 else "equal",
    )


def paired_interval(differences: np.ndarray, groups: Sequence[int] | None = None) -> tuple[float, float]:
    """Return the 95 % interval of a mean of paired differences.

    One text won and one lost are imagined beside those seen (for shares this is the interval of Agresti and
    Min), so few texts never prove anything.
    """
    place = np.arange(differences.size) if groups is None else np.unique(groups, return_inverse=True)[1]
    count = differences.size + 2
    middle = float(differences.sum()) / count
    spread = np.bincount(place, weights=differences) - middle * np.bincount(place)
    half = Z95 * math.sqrt(float((spread**2).sum()) + 1.0) / count
    return middle - half, middle + half


def worth(code: str, answer: str | None, wrong_costs: float = WRONG_COSTS) -> float:
    """Value of an answer: 1 right, 0 abstained or no reason seen, minus ``wrong_costs`` a wrong code."""
    if answer == code:
        return 1.0
    return 0.0 if answer is None or answer in REASONLESS else -wrong_costs


def gate(
    gold: Mapping[str, Sequence[str]],
    old: Mapping[str, Sequence[str | None]],
    new: Mapping[str, Sequence[str | None]],
    groups: Mapping[str, Sequence[int]] | None = None,
) -> GateResult:
    """Tell whether a new model may replace the old: proven worse on no gold set.

    Args:
        gold: name of the set -> right codes of its texts.
        old: name of the set -> codes of the model in use; None where it abstains.
        new: the same for the new model.
        groups: name of the set -> group of each text, where texts are not draws of their own.

    Raises:
        ValueError: there is no gold set, or a model has not answered one of them.
    """
    if not gold:
        raise ValueError("without a gold set no model can pass the gate")
    missing = [name for name in gold if name not in old or name not in new]
    if missing:
        raise ValueError(f"no answers to the gold set {missing[0]}")
    comparisons = {
        name: compare(_worths(codes, old[name]), _worths(codes, new[name]), (groups or {}).get(name))
        for name, codes in gold.items()
    }
    return GateResult(all(found.verdict != "worse" for found in comparisons.values()), comparisons)


def _worths(codes: Sequence[str], answers: Sequence[str | None]) -> list[float]:
    return [worth(code, answer) for code, answer in zip(codes, answers, strict=True)]

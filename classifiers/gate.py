"""The gate before a new model: on frozen gold sets it may not be worse than the one in use.

Both models answer the same texts, so they are compared in pairs: only texts that one of them gets
right and the other wrong say anything. Right may mean the right code, or an accepted and right
code, or whatever else is judged text by text.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Z95 = 1.959963984540054
TOLERANCE = 0.005
"""A loss of so much is refused even where the gold set is too small to prove it."""


@dataclass(frozen=True)
class Comparison:
    """Two models on one gold set.

    Attributes:
        count: texts.
        old, new: share of right answers of either model.
        difference: new - old.
        ci_low, ci_high: 95 % interval of the difference.
        lost, won: texts that only the old, or only the new model gets right.
        verdict: better or worse (the interval excludes 0, or a loss beyond the tolerance), else equal.
    """

    count: int
    old: float
    new: float
    difference: float
    ci_low: float
    ci_high: float
    lost: int
    won: int
    verdict: str


@dataclass(frozen=True)
class GateResult:
    """The comparisons by gold set, and whether the new model may take the place of the old."""

    passed: bool
    comparisons: Mapping[str, Comparison]

    def lines(self) -> list[str]:
        """Return one line per gold set, for people."""
        return [
            f"{name}: {found.old:.4f} -> {found.new:.4f} ({found.difference:+.4f}, 95 % interval "
            f"{found.ci_low:+.4f} to {found.ci_high:+.4f}, {found.count} texts): {found.verdict}"
            for name, found in self.comparisons.items()
        ]


def compare(old_right: Sequence[bool], new_right: Sequence[bool], tolerance: float = TOLERANCE) -> Comparison:
    """Compare two models on one gold set.

    Args:
        old_right: per text, whether the model in use is right.
        new_right: the same texts in the same order, for the new model.
        tolerance: loss from which the new model counts as worse, proven or not.

    Raises:
        ValueError: no text, or two different numbers of texts.
    """
    if len(old_right) != len(new_right) or not old_right:
        raise ValueError(f"{len(old_right)} and {len(new_right)} answers: the gold set must be the same and not empty")
    count = len(old_right)
    lost = sum(1 for old, new in zip(old_right, new_right, strict=True) if old and not new)
    won = sum(1 for old, new in zip(old_right, new_right, strict=True) if new and not old)
    difference = (won - lost) / count
    low, high = paired_interval(won, lost, count)
    return Comparison(
        count=count,
        old=sum(map(bool, old_right)) / count,
        new=sum(map(bool, new_right)) / count,
        difference=difference,
        ci_low=low,
        ci_high=high,
        lost=lost,
        won=won,
        verdict="worse" if high < 0 or difference < -tolerance else "better" if low > 0 else "equal",
    )


def paired_interval(won: int, lost: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a difference of paired shares (Agresti and Min: half a text in every cell)."""
    won_share, lost_share = (won + 0.5) / (count + 2), (lost + 0.5) / (count + 2)
    middle = won_share - lost_share
    half = Z95 * math.sqrt((won_share + lost_share - middle**2) / (count + 2))
    return max(middle - half, -1.0), min(middle + half, 1.0)


def gate(
    gold: Mapping[str, Sequence[str]],
    old: Mapping[str, Sequence[str | None]],
    new: Mapping[str, Sequence[str | None]],
    tolerance: float = TOLERANCE,
) -> GateResult:
    """Tell whether a new model may replace the old: worse on no gold set.

    Args:
        gold: name of the set -> right codes of its texts.
        old: name of the set -> codes of the model in use; None where it abstains.
        new: the same for the new model.
        tolerance: see compare.

    Raises:
        ValueError: there is no gold set, or a model has not answered one of them.
    """
    if not gold:
        raise ValueError("without a gold set no model can pass the gate")
    missing = [name for name in gold if name not in old or name not in new]
    if missing:
        raise ValueError(f"no answers to the gold set {missing[0]}")
    comparisons = {
        name: compare(_right(codes, old[name]), _right(codes, new[name]), tolerance) for name, codes in gold.items()
    }
    return GateResult(all(found.verdict != "worse" for found in comparisons.values()), comparisons)


def _right(codes: Sequence[str], answers: Sequence[str | None]) -> list[bool]:
    return [code == answer for code, answer in zip(codes, answers, strict=True)]

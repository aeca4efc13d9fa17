"""Launch phases of one scope again in plain Python: values, differences, what can be seen, and the baseline's mix.

Input are units with their phase, reason and stage from the published facts; windows must be over.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from .intervals import Z_95, wilson

# the normal point of a power of 80 %
Z_POWER = 0.8416212335729143
PHASES = {
    "baseline": ("baseline",),
    "first_50": ("first_50",),
    "first_100": ("first_100",),
    "pilot": ("first_50", "first_100"),
    "tuning": ("tuning",),
    "steady": ("steady",),
}
Stratum = tuple[str, str]


@dataclass(frozen=True)
class Unit:
    """One unit whose window is over."""

    phase: str
    stratum: Stratum
    number: float


@dataclass(frozen=True)
class Estimate:
    """A value with its interval."""

    value: float
    low: float | None
    high: float | None


def share(value: float, units: float) -> Estimate:
    """A share with Wilson's interval."""
    low, high = wilson(value * units, units) or (None, None)
    return Estimate(value, low, high)


def average(value: float, units: float, spread: float) -> Estimate:
    """A mean plus and minus 1.96 standard errors."""
    reach = Z_95 * spread / math.sqrt(units)
    return Estimate(value, value - reach, value + reach)


def spread_of(numbers: list[float]) -> float:
    """Standard deviation of a sample."""
    middle = sum(numbers) / len(numbers)
    return math.sqrt(sum((number - middle) ** 2 for number in numbers) / (len(numbers) - 1))


def phases(units: list[Unit], is_share: bool) -> dict[str, dict[str, Any]]:
    """Phase -> the columns of the table."""
    of_phase = {name: [unit for unit in units if unit.phase in members] for name, members in PHASES.items()}
    base, rows = of_phase["baseline"], {}
    for name, group in of_phase.items():
        if not group:
            continue
        here = estimate(group, is_share)
        row: dict[str, Any] = {"numerator": sum(unit.number for unit in group), "denominator": len(group)}
        row |= {"value": here.value, "ci_low": here.low, "ci_high": here.high}
        if name != "baseline" and base:
            row |= dict(zip(DIFFERENCE, difference(here, estimate(base, is_share)), strict=True))
            row["smallest_visible_difference"] = visible(base, len(group), is_share)
            row |= standardised(base, group, is_share)
        rows[name] = row
    return rows


DIFFERENCE = ("difference", "difference_low", "difference_high")


def estimate(group: list[Unit], is_share: bool) -> Estimate:
    """The value of one phase."""
    numbers = [unit.number for unit in group]
    value = sum(numbers) / len(numbers)
    return share(value, len(numbers)) if is_share else average(value, len(numbers), spread_of(numbers))


def difference(one: Estimate, other: Estimate) -> tuple[float, float, float]:
    """Newcombe: the distances to the bounds that matter, squared and added."""
    assert one.low is not None
    assert one.high is not None
    assert other.low is not None
    assert other.high is not None
    gap = one.value - other.value
    return (
        gap,
        gap - math.hypot(one.value - one.low, other.high - other.value),
        gap + math.hypot(one.high - one.value, other.value - other.low),
    )


def unit_spread(group: list[Unit], is_share: bool) -> float:
    """How far single units scatter; two successes and two failures more, so that 0 of n is not taken for certain."""
    numbers = [unit.number for unit in group]
    if not is_share:
        return spread_of(numbers)
    guess = (sum(numbers) + 2) / (len(numbers) + 4)
    return math.sqrt(guess * (1 - guess))


def visible(base: list[Unit], units: int, is_share: bool) -> float:
    """What two samples of these sizes show at 5 % with a power of 80 %, if both scatter as the baseline does."""
    return (Z_95 + Z_POWER) * unit_spread(base, is_share) * math.sqrt(1 / units + 1 / len(base))


def standardised(base: list[Unit], group: list[Unit], is_share: bool) -> dict[str, Any]:
    """Both phases with the baseline's mix of the reasons and stages that both have."""
    strata: dict[Stratum, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for place, units in enumerate((base, group)):
        for unit in units:
            strata[unit.stratum][place].append(unit.number)
    common = [pair for pair in strata.values() if all(pair)]
    covered = sum(len(before) for before, _ in common)
    row: dict[str, Any] = {"count_strata": len(common), "mix_coverage": covered / len(base)}
    if not common:
        return row
    here = sum(len(before) / covered * sum(now) / len(now) for before, now in common)
    there = sum(sum(before) for before, _ in common) / covered
    # Kish: a unit of the phase counts what the baseline's mix makes of it
    squares = sum((len(before) / covered) ** 2 / len(now) for before, now in common)
    variance = unit_spread(group, is_share) ** 2 * squares + unit_spread(base, is_share) ** 2 / covered
    reach = Z_95 * math.sqrt(variance)
    row |= {"standardised_value": here, "standardised_difference": here - there}
    return row | {
        "standardised_difference_low": here - there - reach,
        "standardised_difference_high": here - there + reach,
    }

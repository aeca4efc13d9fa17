"""Weighed means, Newcombe's difference and survival over thirty days, by hand."""

from __future__ import annotations

import math
from datetime import timedelta

from tests.recompute.intervals import Z_95, event_interval, survival_at, wilson
from tests.recompute.metric_cells import Cell, Observation, proportion

MONTH = timedelta(hours=720)


def weighed_mean(group: list[Observation], maturity: str | None) -> Cell:
    """The weight of a unit is its `followup` in hours; the denominator counts units."""
    weights = [unit.followup / timedelta(hours=1) for unit in group]
    total = sum(weight * unit.numerator for weight, unit in zip(weights, group, strict=True))
    value = total / sum(weights)
    if len(group) < 2:
        return Cell(total, len(group), value, None, maturity)
    middle = sum(unit.numerator for unit in group) / len(group)
    spread = math.sqrt(sum((unit.numerator - middle) ** 2 for unit in group) / (len(group) - 1))
    effective = sum(weights) ** 2 / sum(weight**2 for weight in weights)
    reach = Z_95 * spread / math.sqrt(effective)
    return Cell(total, len(group), value, (value - reach, value + reach), maturity)


def difference(group: list[Observation], maturity: str | None) -> Cell | None:
    """Affected units have no followup; the others carry their weight there. Events are numerators."""
    affected = [unit for unit in group if not unit.followup]
    others = [(unit.followup / timedelta(hours=1), unit.numerator) for unit in group if unit.followup]
    if not affected or not others:
        return None
    events, weight = sum(unit.numerator for unit in affected), sum(weight for weight, _ in others)
    share = events / len(affected)
    other_share = sum(weight * event for weight, event in others) / weight
    effective = weight**2 / sum(weight**2 for weight, _ in others)
    mine, theirs = wilson(events, len(affected)), wilson(other_share * effective, effective)
    assert mine is not None
    assert theirs is not None
    low = share - other_share - math.hypot(share - mine[0], theirs[1] - other_share)
    high = share - other_share + math.hypot(mine[1] - share, other_share - theirs[0])
    return Cell(events - len(affected) * other_share, len(affected), share - other_share, (low, high), maturity)


def monthly_share(group: list[Observation], maturity: str | None) -> Cell:
    """A share in final weeks, Kaplan-Meier over 720 hours in others."""
    if maturity == "final":
        return proportion(group, maturity)
    observed = [(unit.delay // timedelta(microseconds=1), unit.is_event) for unit in group]
    estimate = survival_at(observed, MONTH // timedelta(microseconds=1))
    events = sum(unit.is_event for unit in group)
    return Cell(events, len(group), 1 - estimate.survival, event_interval(estimate), maturity)

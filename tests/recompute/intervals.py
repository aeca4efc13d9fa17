"""Wilson, Kaplan-Meier and Greenwood, written out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Survival:
    """A Kaplan-Meier estimate at one horizon: survival and Greenwood's sum."""

    survival: float
    greenwood: float


def wilson(successes: float, trials: float) -> tuple[float, float] | None:
    """Wilson's 95 % interval of a proportion; None without trials."""
    if trials <= 0:
        return None
    share, square = successes / trials, Z_95 * Z_95
    middle = share + square / (2 * trials)
    reach = Z_95 * math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    scale = 1 + square / trials
    return (middle - reach) / scale, (middle + reach) / scale


def survival_steps(observed: Sequence[tuple[int, bool]]) -> list[tuple[int, float, float]]:
    """(time, survival after it, Greenwood sum) at each event time.

    `observed` holds (time, is event). Whoever is censored at an event's time is at risk for it.
    """
    steps: list[tuple[int, float, float]] = []
    survival, greenwood, at_risk = 1.0, 0.0, len(observed)
    by_time: dict[int, list[bool]] = {}
    for time, is_event in observed:
        by_time.setdefault(time, []).append(is_event)
    for time in sorted(by_time):
        events = sum(by_time[time])
        if events:
            survival *= 1 - events / at_risk
            greenwood += events / (at_risk * (at_risk - events)) if at_risk > events else math.inf
            steps.append((time, survival, greenwood))
        at_risk -= len(by_time[time])
    return steps


def survival_at(observed: Sequence[tuple[int, bool]], horizon: int) -> Survival:
    """Survival just after the horizon."""
    result = Survival(1.0, 0.0)
    for time, survival, greenwood in survival_steps(observed):
        if time <= horizon:
            result = Survival(survival, greenwood)
    return result


def event_interval(estimate: Survival) -> tuple[float, float] | None:
    """The 95 % log-log interval of 1 - S; None where S is 0 or 1, which has no such transform."""
    if not 0 < estimate.survival < 1:
        return None
    width = Z_95 * math.sqrt(estimate.greenwood) / abs(math.log(estimate.survival))
    low = 1 - estimate.survival ** math.exp(-width)
    high = 1 - estimate.survival ** math.exp(width)
    return low, high


def median_interval(observed: Sequence[tuple[int, bool]]) -> tuple[int | None, int | None]:
    """Where the log-log band around the curve crosses one half (Brookmeyer and Crowley); None where it never does.

    At S = 0 the band has no width: everybody has had the event, so both of its sides have crossed.
    """
    low = high = None
    for time, survival, greenwood in survival_steps(observed):
        band = event_interval(Survival(survival, greenwood))
        # of the event's share the high side is the low side of survival
        least, most = (1 - band[1], 1 - band[0]) if band else (survival, survival)
        low = time if low is None and least <= 0.5 else low
        high = time if high is None and most <= 0.5 else high
    return low, high


def mean_interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    """A mean plus and minus 1.96 standard errors; one value has none."""
    number = len(values)
    if number < 2:
        return None, None
    middle = math.fsum(values) / number
    spread = math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (number - 1))
    reach = Z_95 * spread / math.sqrt(number)
    return middle - reach, middle + reach


def poisson_interval(events: float) -> tuple[float, float]:
    """Byar's approximation of the exact 95 % interval of a count."""
    low = events * (1 - 1 / (9 * events) - Z_95 / (3 * math.sqrt(events))) ** 3 if events else 0.0
    more = events + 1
    return max(low, 0.0), more * (1 - 1 / (9 * more) + Z_95 / (3 * math.sqrt(more))) ** 3


def time_to_share(observed: Sequence[tuple[int, bool]], share: float) -> int | None:
    """First time at which at least `share` have had the event; None when that never comes."""
    for time, survival, _ in survival_steps(observed):
        if survival <= 1 - share + 1e-12:
            return time
    return None


def quantile(values: Sequence[float], share: float) -> float:
    """The quantile with linear interpolation between neighbours."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

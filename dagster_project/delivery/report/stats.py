"""Small statistics for reading weekly figures: intervals, tests, false-discovery control."""

import math
from collections.abc import Sequence

Z95 = 1.959963984540054
EXACT_BELOW = 10  # smallest expected cell count under which the exact test replaces the normal one


def wilson(successes: float, trials: float) -> tuple[float, float] | None:
    """Return the Wilson 95 % interval of a proportion, None without trials."""
    if trials <= 0:
        return None
    share = successes / trials
    spread = Z95**2 / trials
    centre = (share + spread / 2) / (1 + spread)
    half = Z95 * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return low, high


def difference_interval(
    now: tuple[float, float, float],
    before: tuple[float, float, float],
) -> tuple[float, float]:
    """Return the 95 % interval of `now - before`, each given as (value, low, high).

    Square-and-add of the two intervals; for Wilson intervals this is Newcombe's method.
    """
    value, low, high = now
    old, old_low, old_high = before
    change = value - old
    return (
        change - math.hypot(value - low, old_high - old),
        change + math.hypot(high - value, old - old_low),
    )


def normal_p(z: float) -> float:
    """Return the two-sided p-value of a standard normal deviate."""
    return math.erfc(abs(z) / math.sqrt(2))


def two_proportion_p(hits: int, trials: int, base_hits: int, base_trials: int) -> float:
    """Return the two-sided p-value that two proportions are equal.

    Pooled normal test; Fisher's exact test where an expected count is below `EXACT_BELOW`.
    """
    total = trials + base_trials
    all_hits = hits + base_hits
    if trials == 0 or base_trials == 0 or all_hits in (0, total):
        return 1.0
    pooled = all_hits / total
    if min(trials, base_trials) * min(pooled, 1 - pooled) < EXACT_BELOW:
        return fisher_p(hits, trials, base_hits, base_trials)
    error = math.sqrt(pooled * (1 - pooled) * (1 / trials + 1 / base_trials))
    return normal_p((hits / trials - base_hits / base_trials) / error)


def fisher_p(hits: int, trials: int, base_hits: int, base_trials: int) -> float:
    """Return the two-sided p-value of Fisher's exact test of a two-by-two table."""
    total, all_hits = trials + base_trials, hits + base_hits
    support = range(max(0, all_hits - base_trials), min(trials, all_hits) + 1)
    whole = _log_choose(total, all_hits)
    chances = {k: math.exp(_log_choose(trials, k) + _log_choose(base_trials, all_hits - k) - whole) for k in support}
    limit = chances[hits] * (1 + 1e-9)
    return min(1.0, sum(chance for chance in chances.values() if chance <= limit))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return the adjusted p-values (q-values) in the order of the input."""
    count = len(p_values)
    order = sorted(range(count), key=lambda i: p_values[i], reverse=True)
    adjusted = [1.0] * count
    smallest = 1.0
    for step, i in enumerate(order):
        smallest = min(smallest, p_values[i] * count / (count - step))
        adjusted[i] = smallest
    return adjusted

"""Whether a theme has risen, worked out again: an exact test of two Poisson counts, false discoveries by week."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from .product_run import Table

Row = dict[str, Any]


def chance(now: int, before: int, calls_now: int, calls_before: int) -> float:
    """P(X >= now) where each of the calls falls into the week as often as calls as such do."""
    total, share = now + before, calls_now / (calls_now + calls_before)
    return math.fsum(
        math.comb(total, number) * share**number * (1 - share) ** (total - number) for number in range(now, total + 1)
    )


def growth(themes: Table) -> dict[tuple[Any, int], Row]:
    """Week and number of a theme -> its growth and whether it is real."""
    weeks: dict[Any, list[Row]] = defaultdict(list)
    for row in themes:
        weeks[row["week_start_date"]].append(row)
    return {key: row for group in weeks.values() for key, row in _of_week(group).items()}


def count_of_clusters(chances: list[float], published: list[float]) -> int:
    """How many themes were tested: those without a call of the week have a chance of 1 and are not published.

    The table does not say how many they were, so the number is the one that gives the least published rate; whether all
    the others follow from it is what is compared.
    """
    for number in range(len(chances), 10 * len(chances) + 100):
        rates = [min(1.0, chance * number / place) for place, chance in enumerate(chances, 1)]
        if math.isclose(min(rates), min(published), rel_tol=1e-6):
            return number
    return len(chances)


def _of_week(group: list[Row]) -> dict[tuple[Any, int], Row]:
    published = [row["q_value"] for row in group if row["q_value"] is not None]
    made: dict[tuple[Any, int], Row] = {}
    for row in group:
        now, before, calls, calls_before = (
            row[name] for name in ("count_now", "count_before", "calls_now", "calls_before")
        )
        one: Row = {"share_of_calls": now / calls, "rate_ratio": None, "p_value": None, "q_value": None}
        if calls_before:
            # half a call on both sides, so that a new theme has a ratio
            one["rate_ratio"] = ((now + 0.5) / calls) / ((before + 0.5) / calls_before)
            one["p_value"] = chance(now, before, calls, calls_before)
        one["is_shown"] = row["cohesion"] >= 0.5 and now >= 3
        made[row["week_start_date"], row["theme_no"]] = one
    judged = sorted((one for one in made.values() if one["p_value"] is not None), key=lambda one: one["p_value"])
    number = count_of_clusters([one["p_value"] for one in judged], published)
    least = 1.0
    for place in range(len(judged), 0, -1):
        least = min(least, judged[place - 1]["p_value"] * number / place)
        judged[place - 1]["q_value"] = least
    for one in made.values():
        one["is_emerging"] = one["is_shown"] and one["q_value"] is not None and one["q_value"] <= 0.1
    return made

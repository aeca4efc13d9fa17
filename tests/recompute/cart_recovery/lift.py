"""Net revenue per assigned episode, treatment less holdout, with customers as what varies."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date
from typing import Any

from .facts import Episode, week_of
from .world import AS_OF, HOUR

ORDER_WINDOW, REFUND_WINDOW = 672 * HOUR, 720 * HOUR
Arm = dict[str, list[float]]


def revenues(found: list[Episode]) -> list[tuple[Episode, float]]:
    """Assigned episodes with what their customers ordered within 28 days, each order in the latest of its episodes."""
    latest: dict[str, Episode] = {}
    for episode in sorted(found, key=lambda one: one.at):
        for order in episode.linked:
            if episode.at < order.at:
                latest[order.row["order_id"]] = episode
    made = []
    for episode in found:
        if episode.arm:
            amount = sum(
                order.net_revenue
                for order in episode.linked
                if latest.get(order.row["order_id"]) is episode
                and order.row["currency"] == episode.first["currency"]
                and order.at <= episode.at + ORDER_WINDOW
            )
            made.append((episode, amount))
    return made


def lifts(found: list[Episode]) -> dict[tuple[date, str], dict[str, Any]]:
    """Week and currency -> the columns of the table, for weeks whose orders and refunds are over."""
    arms: dict[tuple[date, str], dict[str, Arm]] = defaultdict(
        lambda: {arm: defaultdict(lambda: [0.0, 0.0]) for arm in ("treatment", "holdout")}
    )
    last: dict[tuple[date, str], Any] = {}
    for episode, amount in revenues(found):
        assert episode.arm
        key = (week_of(episode.at), episode.first["currency"])
        sums = arms[key][episode.arm][episode.first["customer_id"]]
        sums[0] += amount
        sums[1] += 1
        last[key] = max(last.get(key, episode.at), episode.at)
    return {
        key: lift(sides["treatment"], sides["holdout"])
        for key, sides in arms.items()
        if all(sides.values()) and last[key] + ORDER_WINDOW + REFUND_WINDOW <= AS_OF
    }


def lift(treatment: Arm, holdout: Arm) -> dict[str, Any]:
    """The difference of two ratios of sums over customers."""
    (mine, my_error, episodes), (theirs, their_error, others) = per_episode(treatment), per_episode(holdout)
    row: dict[str, Any] = {
        "count_treatment_episodes": episodes,
        "count_holdout_episodes": others,
        "treatment_revenue_per_episode": mine,
        "holdout_revenue_per_episode": theirs,
        "incremental_revenue_per_episode": mine - theirs,
        "incremental_revenue": (mine - theirs) * episodes,
        "ci_low": None,
        "ci_high": None,
    }
    if my_error is not None and their_error is not None:
        reach = 1.959963984540054 * math.hypot(my_error, their_error)
        row |= {"ci_low": mine - theirs - reach, "ci_high": mine - theirs + reach}
    return row


def per_episode(arm: Arm) -> tuple[float, float | None, float]:
    """Revenue per episode, its standard error over customers, and the episodes."""
    episodes, customers = sum(number for _, number in arm.values()), len(arm)
    mean = sum(amount for amount, _ in arm.values()) / episodes
    if customers < 2:
        return mean, None, episodes
    rest = sum((amount - mean * number) ** 2 for amount, number in arm.values())
    return mean, math.sqrt(rest * customers / (customers - 1)) / episodes, episodes

"""The feedback to owners, judged again in plain Python from the published calls.

Input are the rows of marts.fct_calls (whose call it is, is recomputed elsewhere; its reason is taken as given), the
seeds and the owners' answers. Everything statistical is worked out here: the weeks before, Laney's dispersion, control
limits, chance, false discoveries, the parts of a change, and the effect of a fix.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .intervals import wilson
from .product_run import Table, as_date

WEEK = timedelta(days=7)
BASELINE_WEEKS = 12
# the mean range of two normal values in standard deviations
MEAN_RANGE = 1.128
PARTIES = {
    "all": (),
    "carrier": ("carrier",),
    "region": ("region",),
    "warehouse": ("warehouse",),
    "product_category": ("product_category",),
    "carrier+region": ("carrier", "region"),
    "warehouse+product_category": ("warehouse", "product_category"),
}
Row = dict[str, Any]
Item = tuple[str, str, str, str]


@dataclass
class Week:
    """One item in one week, against the twelve before it."""

    item: Item
    start: date
    volume: int
    calls: int
    volume_before: int
    calls_before: int
    weeks_before: int
    distance: float | None = None
    dispersion: float = 1.0
    p_value: float | None = None
    q_value: float | None = None
    limits: tuple[float, float] | None = None
    is_real: bool = False

    @property
    def change(self) -> float:
        """Rate less the rate before."""
        return self.volume / self.calls - self.volume_before / self.calls_before


@dataclass
class Feedback:
    """Calls by party and week, and every item in every week in which its party had calls."""

    calls: Table
    owners: list[Row]
    rules: dict[str, float]
    # weeks of a sale or a holiday: judged like any other, and no measure for the weeks after them
    special: frozenset[date] = frozenset()
    weeks: dict[tuple[Item, date], Week] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_party: dict[tuple[str, str], dict[date, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for call in self.calls:
            if call["is_engaged_inbound"]:
                for level, names in PARTIES.items():
                    party = party_of(call, names)
                    if party is not None:
                        self.by_party[level, party][as_date(call["week_start_date"])].append(call)
        for (level, party), weeks in self.by_party.items():
            heard = {call["reason_code"] for group in weeks.values() for call in group}
            for owner in self.owners:
                if owner["party_level"] == level and owner["reason_code"] in heard:
                    self._follow((owner["owner"], level, party, owner["reason_code"]), weeks)
        for start in {start for _, start in self.weeks}:
            discover([one for (_, week), one in self.weeks.items() if week == start], self.rules)

    def _follow(self, item: Item, weeks: dict[date, list[Row]]) -> None:
        """Every week of one item, in order; it is judged from the first week in which somebody called about it."""
        counts = {
            start: (sum(call["reason_code"] == item[3] for call in group), len(group)) for start, group in weeks.items()
        }
        made: list[Week] = []
        for start in sorted(counts):
            before = [counts[day] for day in self._ordinary(counts, start)]
            one = Week(item, start, *counts[start], sum(x for x, _ in before), sum(n for _, n in before), len(before))
            one.distance = arcsine_distance(one) if one.calls_before else None
            usual = [past for past in made if past.start not in self.special]
            ranges = [
                min(abs(later.distance - earlier.distance), 3.0)
                for earlier, later in zip(usual, usual[1:], strict=False)
                if later.start >= start - BASELINE_WEEKS * WEEK
                and earlier.distance is not None
                and later.distance is not None
            ]
            if ranges:
                one.dispersion = max(1.0, sum(ranges) / len(ranges) / MEAN_RANGE)
            is_known = any(counts[day][0] for day in counts if day <= start)
            if is_known and one.weeks_before >= self.rules["least_weeks"] and one.calls >= self.rules["least_calls"]:
                judge(one, self.rules)
            made.append(one)
            self.weeks[item, start] = one

    def _ordinary(self, days: Iterable[date], start: date) -> list[date]:
        """The weeks before that a week is measured by."""
        return [day for day in days if start - BASELINE_WEEKS * WEEK <= day < start and day not in self.special]

    def parts(self, one: Week) -> tuple[float, float]:
        """Kitagawa: how much of the change is who calls, and how much how often those call about it."""
        weeks = self.by_party[one.item[1], one.item[2]]
        before = [call for day in self._ordinary(weeks, one.start) for call in weeks[day]]
        (now, n1), (then, n0) = ((strata(group, one.item[3]), len(group)) for group in (weeks[one.start], before))
        mix = rate = 0.0
        for stratum in now.keys() | then.keys():
            (x1, m1), (x0, m0) = now.get(stratum, (0, 0)), then.get(stratum, (0, 0))
            # who did not call at all before, or does not now, is a change of mix at the rate that is known
            r1 = x1 / m1 if m1 else x0 / m0
            r0 = x0 / m0 if m0 else x1 / m1
            mix += (m1 / n1 - m0 / n0) * (r1 + r0) / 2
            rate += (m1 / n1 + m0 / n0) / 2 * (r1 - r0)
        return mix, rate


def party_of(call: Row, names: tuple[str, ...]) -> str | None:
    """The party of a call at one level; None where it is not known."""
    values = [call[name] for name in names]
    if "unknown" in values:
        return None
    return " / ".join(values) or "all"


def strata(calls: list[Row], code: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Segment and category -> calls about the reason, calls."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for call in calls:
        hits, number = found.get((call["segment"], call["product_category"]), (0, 0))
        found[call["segment"], call["product_category"]] = hits + (call["reason_code"] == code), number + 1
    return found


def arcsine_distance(one: Week) -> float:
    """Anscombe: asin sqrt((x + 3/8) / (n + 3/4)) has the variance 1 / (4 n + 2)."""
    here, before = (
        math.asin(math.sqrt((x + 0.375) / (n + 0.75)))
        for x, n in ((one.volume, one.calls), (one.volume_before, one.calls_before))
    )
    return (here - before) / math.sqrt(1 / (4 * one.calls + 2) + 1 / (4 * one.calls_before + 2))


def judge(one: Week, rules: dict[str, float]) -> None:
    """Chance and control limits of a week."""
    assert one.distance is not None
    one.p_value = math.erfc(abs(one.distance / one.dispersion) / math.sqrt(2))
    sigmas = rules["limit_sigmas"] if one.weeks_before == BASELINE_WEEKS else rules["learning_sigmas"]
    # two imagined calls, one of them with the reason
    share = (one.volume_before + 1) / (one.calls_before + 2)
    reach = sigmas * one.dispersion * math.sqrt(share * (1 - share) * (1 / one.calls + 1 / one.calls_before))
    middle = one.volume_before / one.calls_before
    one.limits = max(middle - reach, 0.0), min(middle + reach, 1.0)


def discover(items: list[Week], rules: dict[str, float]) -> None:
    """Benjamini and Hochberg over everything that is judged in one week."""
    judged = sorted((one for one in items if one.p_value is not None), key=lambda one: one.p_value or 0.0)
    least = 1.0
    for place in range(len(judged), 0, -1):
        one = judged[place - 1]
        assert one.p_value is not None
        assert one.limits is not None
        least = min(least, one.p_value * len(judged) / place)
        one.q_value = least
    for one in judged:
        assert one.q_value is not None
        assert one.limits is not None
        is_outside = not one.limits[0] <= one.volume / one.calls <= one.limits[1]
        one.is_real = is_outside and one.q_value <= rules["false_discovery_rate"]


def effect(found: Feedback, item: Item, fixed_at: Any, as_of: Any, first_risen: Any, weeks: float) -> Row:
    """Calls about the reason before and after a fix, with Newcombe's interval; `first_risen` is an instant or None."""
    span = weeks * WEEK
    start = max(fixed_at - span, first_risen) if first_risen else fixed_at - span
    calls = [call for group in found.by_party[item[1], item[2]].values() for call in group]
    sides = []
    for low, high in ((start, fixed_at), (fixed_at, min(fixed_at + span, as_of + timedelta(microseconds=1)))):
        group = [call for call in calls if low <= call["started_at"] < high]
        sides.append((sum(call["reason_code"] == item[3] for call in group), len(group)))
    (x0, n0), (x1, n1) = sides
    made: Row = {"effect_calls_before": n0, "effect_calls_after": n1, "is_effect_final": fixed_at + span <= as_of}
    if n0 and n1:
        p0, p1, before, after = x0 / n0, x1 / n1, wilson(x0, n0), wilson(x1, n1)
        assert before is not None
        assert after is not None
        made |= {"effect_rate_before": p0, "effect_rate_after": p1, "effect": p1 - p0}
        made["effect_low"] = p1 - p0 - math.hypot(p1 - after[0], before[1] - p0)
        made["effect_high"] = p1 - p0 + math.hypot(after[1] - p1, p0 - before[0])
    return made

"""Affected accounts against everybody else of their segment and region."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from tests.recompute.metric_cells import Observation

from .contacts import rosters, start_of
from .landing import Facts

WEIGHT = timedelta(hours=1)


def churn(facts: Facts, days: int, week_of: Callable[[datetime], date]) -> list[Observation]:
    """Affected accounts and, weighed to their strata, everybody else."""
    seen, customers, window = [], facts.rows["customers"], timedelta(days=days)
    weeks = {week_of(row["opened_at"]) for row in facts.rows["incidents"]}
    for incident in facts.rows["incidents"]:
        start, week = start_of(incident), week_of(incident["opened_at"])
        unripe = any(
            start_of(other) + window > facts.as_of
            for other in facts.rows["incidents"]
            if week_of(other["opened_at"]) == week
        )
        if unripe or week not in weeks:
            continue
        arms: dict[tuple[str, str], tuple[list[bool], list[bool]]] = {}
        hit = {account for name, account in rosters(facts) if name == incident["incident_id"]}
        for row in customers:
            joined, left = row["first_order_at"], row.get("churned_at")
            if (joined and joined > start) or (left and left <= start):
                continue
            stratum = arms.setdefault((row["segment"] or "unknown", row["region"] or "unknown"), ([], []))
            stratum[row["customer_id"] not in hit].append(bool(left and left - start <= window))
        for (segment, region), (affected, others) in arms.items():
            if not affected or not others:
                continue
            where = {"source": incident["detected_by"] or "unknown", "segment": segment, "region": region}
            weight = WEIGHT * len(affected) / len(others)
            seen += [Observation(week, where, left) for left in affected]
            seen += [Observation(week, where, left, followup=weight) for left in others]
    return seen

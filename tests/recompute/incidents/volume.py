"""What an hour of the week lets expect, from the same hour of earlier weeks."""

from __future__ import annotations

from collections import Counter

from .contacts import AFTER, SIGNATURES, start_of
from .landing import Contact, Facts


def excess_shares(facts: Facts, found: list[Contact]) -> dict[float, float | None]:
    """Share above the expectation for each hour with incident contacts; None without a quiet hour to compare."""
    of_incidents = {one.contact_id for one in found}
    spoken = [one for one in facts.contacts if one.contact_id in of_incidents or one.code in SIGNATURES]
    volume = Counter(one.at.timestamp() // 3600 for one in spoken)
    first = min(one.at.timestamp() // 3600 for one in facts.contacts)
    shares: dict[float, float | None] = {}
    for hour in {one.at.timestamp() // 3600 for one in found}:
        quiet = [
            volume[hour - 168 * weeks]
            for weeks in range(1, 9)
            if hour - 168 * weeks >= first and not _in_incident(facts, hour - 168 * weeks)
        ]
        shares[hour] = max(0.0, 1 - sum(quiet) / len(quiet) / volume[hour]) if quiet else None
    return shares


def _in_incident(facts: Facts, hour: float) -> bool:
    for incident in facts.rows["incidents"]:
        resolved = incident["resolved_at"]
        began = start_of(incident).timestamp() < (hour + 1) * 3600
        if began and (resolved is None or (resolved + AFTER).timestamp() > hour * 3600):
            return True
    return False

"""Vendors' definitions, applied to calls and contacts one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tests.recompute.call_facts import FUNCTIONAL, TECHNICAL
from tests.recompute.contact_observations import is_handled_by_people
from tests.recompute.contacts import Contact
from tests.recompute.observations import World

SEVEN_DAYS = timedelta(hours=168)
WINDOWS = {"intercom_fin": 24, "zendesk": 72, "gorgias": 0, "amazon_connect": 0, "sqm_fcr": 168, "sqm_ocr": 168}


def shares(world: World) -> dict[tuple[date, str], tuple[int, int]]:
    """Numerator and denominator by week and definition, as far as they can be judged by as-of."""
    sums: dict[tuple[date, str], list[int]] = {}
    last: dict[tuple[date, str], timedelta] = {}
    for week, name, is_counted, age in _units(world):
        counts = sums.setdefault((week, name), [0, 0])
        counts[0] += is_counted
        counts[1] += 1
        last[week, name] = min(age, last.get((week, name), age))
    return {
        key: (counts[0], counts[1])
        for key, counts in sums.items()
        if WINDOWS[key[1]] == 0 or last[key] >= timedelta(hours=WINDOWS[key[1]])
    }


def _units(world: World) -> Iterator[tuple[date, str, bool, timedelta]]:
    calls = {fact.call_id: fact for fact in world.calls}
    for fact in world.calls:
        age = world.as_of - fact.row["started_at"]
        if fact.is_engaged_inbound and not is_handled_by_people(world, fact):
            yield fact.week, "amazon_connect", fact.outcome != "transferred_human", age
            is_leg = fact.row["parent_call_id"] is not None
            if fact.outcome != "system_failure" and fact.row["customer_id"] is not None and not is_leg:
                yield fact.week, "intercom_fin", fact.outcome in TECHNICAL, age
                yield fact.week, "zendesk", fact.outcome in FUNCTIONAL, age
    first: dict[tuple[date, str], Contact] = {}
    for one in world.contacts:
        fact_of = calls.get(one.contact_id) if one.kind == "call" else None
        is_automated = fact_of is not None and not is_handled_by_people(world, fact_of) and fact_of.outcome in TECHNICAL
        yield one.week, "gorgias", is_automated, world.as_of - one.started_at
        key = (one.week, one.customer_id)
        if one.kind == "call" and (key not in first or one.started_at < first[key].started_at):
            first[key] = one
    for one in first.values():
        age = world.as_of - one.started_at
        yield one.week, "sqm_ocr", one.same_issue_after is None, age
        yield one.week, "sqm_fcr", not any(_is_next_call(one, other) for other in world.contacts), age


def _is_next_call(one: Contact, other: Contact) -> bool:
    wait = other.started_at - one.started_at
    if other.kind != "call" or other.is_reconnect or other.customer_id != one.customer_id:
        return False
    if not timedelta(0) < wait <= SEVEN_DAYS:
        return False
    if one.order_id is not None and other.order_id is not None:
        return one.order_id == other.order_id
    return one.stated_group is not None and one.stated_group == other.stated_group

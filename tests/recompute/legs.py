"""The legs of a call: how long the agent had it, and how long people did."""

from __future__ import annotations

from datetime import timedelta

from .call_facts import CallFact
from .contact_observations import is_handled_by_people
from .metric_cells import Observation
from .observations import World

_NOBODY_SPOKE = {"no_answer", "rejected", "hunt_timeout", "bridge_failed", "customer_disconnected"}


def agent_legs(world: World) -> list[Observation]:
    """Engaged calls that no person answered: seconds from the answer to the transfer, else to the end."""
    seen = []
    for fact in _engaged(world):
        row = fact.row
        begin, end = row["answered_at"] or row["started_at"], row["ended_at"]
        if row["transfer_at"] is not None:
            end = min(end, row["transfer_at"])
        if not is_handled_by_people(world, fact) and end >= begin:
            seen.append(Observation(fact.week, fact.dimensions, (end - begin) / timedelta(seconds=1)))
    return seen


def human_legs(world: World) -> list[Observation]:
    """Handle seconds of calls of people; of a transfer that connected, the seconds after it and the wrap."""
    seen = []
    for fact in _engaged(world):
        row, seconds = fact.row, None
        if is_handled_by_people(world, fact):
            seconds = fact.handle_seconds
        elif row["transfer_at"] is not None and row["transfer_status"] not in _NOBODY_SPOKE:
            after = (row["ended_at"] - row["transfer_at"]) / timedelta(seconds=1)
            seconds = after + float(row["wrap_seconds"] or 0) if after > 0 else None
        if seconds is not None and seconds >= 0:
            seen.append(Observation(fact.week, fact.dimensions, seconds))
    return seen


def _engaged(world: World) -> list[CallFact]:
    return [fact for fact in world.calls if fact.flags["is_engaged"]]

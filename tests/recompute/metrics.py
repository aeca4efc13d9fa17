"""The metrics of the contract, each as a list of observations and a way to add them up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from .call_facts import ESCALATED, FUNCTIONAL, TECHNICAL, CallFact, week_start
from .contact_observations import (
    DAY,
    MONTH,
    QUARTER,
    backward_repeats,
    closed_episodes,
    later_orders,
    reconnects,
    single_contacts,
    vendor_resolutions,
)
from .contacts import WINDOW
from .legs import agent_legs, human_legs
from .metric_cells import (
    SLICES,
    Cell,
    CellKey,
    Observation,
    count,
    grouped,
    mean,
    proportion,
    rate,
    recurrence,
    repeat_rate,
    survival_rate,
    update_time,
)
from .observations import (
    ORDER_WINDOW,
    TICKET_WINDOW,
    World,
    contacts_per_order,
    on_time,
    repeats,
    updates,
    updates_within,
    verified,
    without_ticket,
)
from .order_stages import stage_days, stage_visits

ORDER_DIMENSIONS = {"segment", "carrier", "region", "warehouse", "product_category", "phase"}
ORDER_SLICES = tuple(names for names in SLICES if set(names) <= ORDER_DIMENSIONS)
STAGE_SLICES = tuple(names for names in SLICES if set(names) <= ORDER_DIMENSIONS | {"delivery_stage"})
# metrics of which the contract does not fix, or forbids, the figure of an unfinished week
FINAL_ONLY = ("M-01c", "M-03", "M-07a", "M-11h1", "M-11h4", "M-11h24", "M-13s", "M-13d")
Adder = Callable[[list[Observation], str | None], Cell | None]
Plan = tuple[str, list[Observation], Adder, timedelta | None, tuple[tuple[str, ...], ...]]


def metric_cells(world: World) -> dict[CellKey, Cell]:
    """Every recomputed cell."""
    cells: dict[CellKey, Cell] = {}
    for metric, seen, adder, window, slices in _call_metrics(world) + _other_metrics(world):
        final = _final_weeks(world, seen, window)
        for (week, slice_by, values), group in grouped(seen, slices).items():
            maturity = None if window is None else "final" if week in final else "provisional"
            if metric in FINAL_ONLY and maturity != "final":
                continue
            cell = adder(group, maturity)
            if cell is not None:
                cells[metric, week, slice_by, values] = cell
    return cells


def _call_metrics(world: World) -> list[Plan]:
    engaged = [fact for fact in world.calls if fact.flags["is_engaged"]]
    inbound = [fact for fact in engaged if fact.is_engaged_inbound]
    wismo = [fact for fact in inbound if world.stated_groups.get(("call", fact.call_id)) == "WISMO"]
    refunds = [fact for fact in engaged if _is_refund_or_return(world, fact)]
    tickets = [_call(fact, bool(fact.tickets)) for fact in engaged]
    times = [_call(fact, fact.handle_seconds or 0.0) for fact in engaged]
    return [
        ("M-01a", _shares(inbound, TECHNICAL), proportion, None, SLICES),
        ("M-01b", _shares(inbound, FUNCTIONAL), proportion, None, SLICES),
        ("M-02", _shares(wismo, FUNCTIONAL), proportion, None, SLICES),
        ("M-06", tickets, proportion, None, SLICES),
        ("M-07a", without_ticket(world, inbound), proportion, TICKET_WINDOW, SLICES),
        ("M-08", _shares(inbound, ESCALATED), proportion, None, SLICES),
        ("M-10", times, mean, None, SLICES),
        ("M-10a", agent_legs(world), mean, None, SLICES),
        ("M-10h", human_legs(world), mean, None, SLICES),
        ("M-12", _shares(refunds, ESCALATED), count, None, SLICES),
        ("M-01c", verified(world, inbound), proportion, WINDOW, SLICES),
    ]


def _other_metrics(world: World) -> list[Plan]:
    return [
        ("M-03", vendor_resolutions(world), proportion, DAY, SLICES),
        ("M-04", repeats(world.contacts, "same_issue_after"), repeat_rate, WINDOW, SLICES),
        ("M-04any", repeats(world.contacts, "any_after"), repeat_rate, WINDOW, SLICES),
        ("M-04r", reconnects(world), proportion, None, SLICES),
        ("M-05a", closed_episodes(world), mean, None, SLICES),
        ("M-05b", single_contacts(world), proportion, None, SLICES),
        ("M-05c", backward_repeats(world), proportion, None, SLICES),
        ("M-11", updates(world), update_time, None, SLICES),
        ("M-11h1", updates_within(world, 1), proportion, timedelta(hours=2), SLICES),
        ("M-11h4", updates_within(world, 4), proportion, timedelta(hours=5), SLICES),
        ("M-11h24", updates_within(world, 24), proportion, timedelta(hours=25), SLICES),
        ("M-13", contacts_per_order(world), recurrence, ORDER_WINDOW, ORDER_SLICES),
        ("M-13s", stage_visits(world), rate, ORDER_WINDOW, STAGE_SLICES),
        ("M-13d", stage_days(world), rate, ORDER_WINDOW, STAGE_SLICES),
        ("M-14a", later_orders(world, MONTH), survival_rate(MONTH), MONTH, SLICES),
        ("M-14b", later_orders(world, QUARTER), survival_rate(QUARTER), QUARTER, SLICES),
        ("M-32", on_time(world), proportion, None, ORDER_SLICES),
    ]


def _call(fact: CallFact, numerator: float) -> Observation:
    return Observation(fact.week, fact.dimensions, numerator)


def _is_refund_or_return(world: World, fact: CallFact) -> bool:
    """A stated code of REF or RET, or the group REFUND_ASK, all of whose leaves are REF."""
    code = world.stated_codes.get(fact.call_id, "")
    group = world.stated_groups.get(("call", fact.call_id))
    return code.startswith(("REF.", "RET.")) or group == "REFUND_ASK"


def _shares(facts: list[CallFact], outcomes: set[str]) -> list[Observation]:
    return [_call(fact, fact.outcome in outcomes) for fact in facts]


def _final_weeks(world: World, seen: list[Observation], window: timedelta | None) -> set[date]:
    """Weeks in which every unit has been followed for the whole window; where it is short, weeks that are over."""
    if window is None:
        return set()
    weeks = {unit.week for unit in seen} - {unit.week for unit in seen if unit.followup < window}
    return weeks if window >= WINDOW else {week for week in weeks if week < week_start(world.as_of, world.zone)}

"""From the units of a call to its reasons.

The first unit whose reason passes every threshold is the primary reason of the call; further
accepted codes follow by confidence. An earlier turn that clearly states another reason without
passing its threshold casts doubt: the call is abstained there, unless the later code is among the three
likeliest of that turn and so makes it clear. Without an accepted unit a call that states some
reason is abstained, a call that states none is "no reason stated". A call in which the customer
says nothing, or in which clear words of a voicemail, a wrong number or a salesman come first, is
no contact.
"""

from typing import NamedTuple

import numpy as np

from classifiers.compiled import compiled
from classifiers.scoring import TOP, Units

ACCEPTED, ABSTAINED, NO_REASON_STATED, NOT_A_CONTACT = 0, 1, 2, 3
STATUSES = ("accepted", "abstained", "no_reason_stated", "not_a_contact")
MAX_CODES = 3
YIELDING_CODES = ("CON.HUMAN.ASKED_FOR_HUMAN",)
"""Codes that say the caller gave no other reason: any other reason goes first."""
DOUBT = 0.75
"""P(some reason) from which an earlier turn without an accepted code stands in the way of a later one."""
DOUBT_SHARE = 0.42
"""Probability its likeliest code must have: a turn that could mean anything is no reason to doubt."""
OUTSIDE = 0.65
"""P(no contact with the shop) from which the words are clear."""


class Decisions(NamedTuple):
    """One row per call; codes are class indexes and units unit rows, -1 where there is none."""

    status: np.ndarray  # int8 [calls]
    code: np.ndarray  # int16 [calls, MAX_CODES]
    confidence: np.ndarray  # float64 [calls, MAX_CODES]
    unit: np.ndarray  # int64 [calls, MAX_CODES]: where the evidence stands
    top_code: np.ndarray  # int16 [calls, TOP]
    top_share: np.ndarray  # float64 [calls, TOP]


@compiled
def _first_units(units: Units, low: int, high: int, first: np.ndarray, best: np.ndarray) -> int:
    """First accepted unit and highest confidence of each code; returns the number of codes."""
    first[:] = -1
    best[:] = 0.0
    found = 0
    for u in range(low, high):
        if units.accepted[u]:
            code = units.top_code[u, 0]
            if first[code] < 0:
                first[code] = u
                found += 1
            best[code] = max(best[code], units.top_share[u, 0])
    return found


@compiled
def _primary(first: np.ndarray, yields: np.ndarray) -> int:
    chosen = -1
    for c in range(first.size):
        if first[c] < 0:
            continue
        if chosen < 0 or yields[chosen] and not yields[c] or yields[c] == yields[chosen] and first[c] < first[chosen]:
            chosen = c
    return chosen


@compiled
def _accept(out: Decisions, call: int, units: Units, first: np.ndarray, best: np.ndarray, yields: np.ndarray) -> None:
    code = _primary(first, yields)
    unit = first[code]
    out.status[call] = ACCEPTED
    out.top_code[call] = units.top_code[unit]
    out.top_share[call] = units.top_share[unit]
    for k in range(MAX_CODES):
        if code < 0:
            break
        out.code[call, k] = code
        out.unit[call, k] = first[code]
        out.confidence[call, k] = units.top_share[unit, 0] if k == 0 else best[code]
        first[code] = -1
        code = -1
        for c in range(first.size):
            if first[c] >= 0 and (code < 0 or best[c] > best[code]):
                code = c


@compiled
def _doubtful(units: Units, low: int, primary: int, yields: np.ndarray, reason: float) -> int:
    """First unit before the primary one whose own reason stands in its way, or -1."""
    code = units.top_code[primary, 0]
    for u in range(low, primary):
        other = units.top_code[u, 0]
        if units.stated[u] < reason or units.accepted[u] or other == code:
            continue
        if yields[code] and not yields[other]:
            return u
        clarifies = code == units.top_code[u, 1] or code == units.top_code[u, 2]
        doubtful = units.stated[u] >= DOUBT and units.top_share[u, 0] >= DOUBT_SHARE
        if doubtful and units.turn[u] < units.turn[primary] and not clarifies:
            return u
    return -1


@compiled
def _first_outside(units: Units, low: int, high: int, reason: float) -> int:
    """First unit that is clearly no contact, unless a reason comes before it; else -1."""
    said = -1
    for u in range(low, high):
        if units.accepted[u] or said >= 0 and units.turn[u] > said:
            return -1
        if units.outside[u] >= OUTSIDE:
            return u
        if said < 0 and units.stated[u] >= reason:
            said = units.turn[u]
    return -1


@compiled
def _abstain(out: Decisions, call: int, units: Units, unit: int) -> None:
    out.status[call] = ABSTAINED
    out.confidence[call, 0] = units.top_share[unit, 0]
    out.unit[call, 0] = unit
    out.top_code[call] = units.top_code[unit]
    out.top_share[call] = units.top_share[unit]


@compiled
def _decline(out: Decisions, call: int, units: Units, low: int, high: int, reason: float) -> None:
    """Abstain at the first unit that states a reason; else no reason was stated."""
    likeliest = low
    for u in range(low, high):
        if units.stated[u] >= reason:
            _abstain(out, call, units, u)
            return
        if units.stated[u] > units.stated[likeliest]:
            likeliest = u
    out.status[call] = NO_REASON_STATED
    out.confidence[call, 0] = 1.0 - units.stated[likeliest]
    out.top_code[call] = units.top_code[likeliest]
    out.top_share[call] = units.top_share[likeliest]


@compiled
def _decide(units: Units, call_start: np.ndarray, yields: np.ndarray, reason: float, out: Decisions) -> None:
    first = np.empty(yields.size, dtype=np.int64)
    best = np.empty(yields.size)
    high = 0
    for call in range(call_start.size - 1):
        low = high
        while high < units.turn.size and units.turn[high] < call_start[call + 1]:
            high += 1
        outside = _first_outside(units, low, high, reason)
        if low == high or outside >= 0:
            out.status[call] = NOT_A_CONTACT
            out.confidence[call, 0] = 1.0 if low == high else units.outside[outside]
            continue
        doubt = -1
        found = _first_units(units, low, high, first, best)
        if found > 0:
            doubt = _doubtful(units, low, first[_primary(first, yields)], yields, reason)
        if doubt >= 0:
            _abstain(out, call, units, doubt)
        elif found > 0:
            _accept(out, call, units, first, best, yields)
        else:
            _decline(out, call, units, low, high, reason)


def decide(units: Units, call_start: np.ndarray, yields: np.ndarray, reason: float) -> Decisions:
    """Decide every call of a batch.

    Args:
        units: scored units of all customer turns, in turn order.
        call_start: first turn of each call, one more entry than calls (int64).
        yields: per class, whether it gives way to any other accepted class (bool).
        reason: lowest P(some reason) of a unit that states a reason.
    """
    calls = call_start.size - 1
    out = Decisions(
        status=np.zeros(calls, dtype=np.int8),
        code=np.full((calls, MAX_CODES), -1, dtype=np.int16),
        confidence=np.zeros((calls, MAX_CODES)),
        unit=np.full((calls, MAX_CODES), -1, dtype=np.int64),
        top_code=np.full((calls, TOP), -1, dtype=np.int16),
        top_share=np.zeros((calls, TOP)),
    )
    _decide(units, call_start, yields, reason, out)
    return out

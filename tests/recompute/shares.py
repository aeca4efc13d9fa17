"""Shares of reasons corrected by the random audit, worked out again cell by cell."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any

from .intervals import quantile
from .product_run import Table

WEEK = timedelta(days=7)
AUDIT_WEEKS = 8
BORROWED, IMAGINED, IMAGINED_WRONG = 5, 5, 0.5
FEWEST = 50
REPLICATES = 200
Row = dict[str, Any]
Cell = tuple[str, str]
Audit = dict[Cell, Counter[str]]


def corrected(calls: Table) -> dict[date, dict[str, float]]:
    """Week -> code -> corrected share, of weeks whose eight weeks have enough audited calls."""
    found = {}
    for week in sorted({row["week_start_date"] for row in calls}):
        audited = window(calls, week)
        if len(audited) >= FEWEST:
            found[week] = shares([row for row in calls if row["week_start_date"] == week], tally(audited))
    return found


def window(calls: Table, week: date) -> Table:
    """Audited calls of the eight weeks that end with the week."""
    first = week - (AUDIT_WEEKS - 1) * WEEK
    return [row for row in calls if row["is_audited"] and first <= row["week_start_date"] <= week]


def tally(audited: Table) -> Audit:
    """Cell (status, best guess) -> true codes."""
    found: Audit = defaultdict(Counter)
    for row in audited:
        found[row["classifier_status"], row["best_guess"]][row["true_code"]] += 1
    return found


def wrong_codes(calls: Table, audit: Audit) -> dict[str, dict[str, float]]:
    """Status -> code -> share of its audited calls, five imagined ones among them, that were wrong and are that code.

    The imagined half of a wrong call belongs to each code as often as the classifier accepts it in the week.
    """
    accepted = Counter(row["predicted_code"] for row in calls if row["classifier_status"] == "accepted")
    made: dict[str, dict[str, float]] = {}
    for status in {row["classifier_status"] for row in calls}:
        of_status = {guess: codes for (one, guess), codes in audit.items() if one == status}
        wrong = Counter({code: IMAGINED_WRONG * number / accepted.total() for code, number in accepted.items()})
        for guess, codes in of_status.items():
            wrong.update({code: number for code, number in codes.items() if code != guess})
        total = sum(codes.total() for codes in of_status.values()) + IMAGINED
        made[status] = {code: number / total for code, number in wrong.items()}
    return made


def flows(calls: Table, audit: Audit) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Calls of the week guessed as each code, taken from it and given to it: an audited call stands for its cell."""
    cells = Counter((row["classifier_status"], row["best_guess"]) for row in calls)
    errors = wrong_codes(calls, audit)
    guessed, out, into = Counter[str](), Counter[str](), Counter[str]()
    for (status, guess), number in cells.items():
        seen = audit.get((status, guess), Counter())
        stands_for = number / (seen.total() + BORROWED)
        guessed[guess] += number
        for code in {*seen, *errors[status]} - {guess}:
            moved = stands_for * (seen[code] + BORROWED * errors[status].get(code, 0.0))
            out[guess] += moved  # type: ignore[assignment]
            into[code] += moved  # type: ignore[assignment]
    return guessed, out, into


def shares(calls: Table, audit: Audit) -> dict[str, float]:
    """Code -> corrected share of the calls of one week."""
    guessed, out, into = flows(calls, audit)
    return {code: (guessed[code] - out[code] + into[code]) / len(calls) for code in {*guessed, *into}}


def intervals(calls: Table, audited: Table, random: Random) -> dict[str, tuple[float, float]]:
    """Code -> 95 % interval: the audit drawn again by Poisson numbers, and in each draw the week's own errors."""
    drawn: dict[str, list[float]] = defaultdict(list)
    for _ in range(REPLICATES):
        again = [row for row in audited for _ in range(poisson(1.0, random))]
        guessed, out, into = flows(calls, tally(again))
        for code in {*guessed, *into}:
            left = max(guessed[code] - week_count(out[code], random), 0.0)
            drawn[code].append((left + week_count(into[code], random)) / len(calls))
    return {code: (quantile(values, 0.025), quantile(values, 0.975)) for code, values in drawn.items()}


def poisson(mean: float, random: Random) -> int:
    """A Poisson number: how many exponential waits fit into the mean."""
    number, waited = 0, random.expovariate(1.0)
    while waited < mean:
        number += 1
        waited += random.expovariate(1.0)
    return number


def week_count(mean: float, random: Random) -> float:
    """A count of the week by Anscombe's root, which below a mean of one scatters more than Poisson's law."""
    return max(math.sqrt(mean) + 0.5 * random.gauss(0.0, 1.0), 0.0) ** 2

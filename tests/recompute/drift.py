"""What the audit says of the classifier and how far its codes have moved, worked out again call by call."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from typing import Any

from .intervals import wilson
from .product_run import Table

WEEK = timedelta(days=7)
WINDOW_WEEKS = 8
SHIFT = 0.1
Row = dict[str, Any]


def precisions(calls: Table) -> dict[tuple[date, str], Row]:
    """Week and code -> precision: all codes of the week, and each code over the eight weeks that end with it."""
    accepted = [row for row in calls if row["is_audited"] and row["classifier_status"] == "accepted"]
    found: dict[tuple[date, str], Row] = {}
    for week in {row["week_start_date"] for row in calls}:
        here = [row for row in accepted if row["week_start_date"] == week]
        if here:
            found[week, "(all)"] = precision(here)
        for code in {row["predicted_code"] for row in accepted}:
            first = week - (WINDOW_WEEKS - 1) * WEEK
            group = [
                row for row in accepted if row["predicted_code"] == code and first <= row["week_start_date"] <= week
            ]
            if group:
                found[week, code] = precision(group)
    return found


def precision(group: list[Row]) -> Row:
    """Right over audited, with Wilson's interval."""
    right = sum(row["true_code"] == row["predicted_code"] for row in group)
    low, high = wilson(right, len(group)) or (None, None)
    return {
        "count_audited": len(group),
        "count_right": right,
        "precision_value": right / len(group),
        "ci_low": low,
        "ci_high": high,
        "mean_confidence": sum(row["confidence"] for row in group) / len(group),
    }


def drifts(calls: Table) -> dict[date, Row]:
    """Week -> abstentions, calibration and shift of the classifier."""
    return {week: drift(calls, week) for week in {row["week_start_date"] for row in calls}}


def drift(calls: Table, week: date) -> Row:
    """One week against the eight before it."""
    here = [row for row in calls if row["week_start_date"] == week]
    before = [row for row in calls if week - WINDOW_WEEKS * WEEK <= row["week_start_date"] < week]
    said = Counter(row["classifier_status"] for row in here)
    low, high = wilson(said["abstained"], len(here)) or (None, None)
    row: Row = {
        "count_calls": len(here),
        "accepted_share": said["accepted"] / len(here),
        "abstained_share": said["abstained"] / len(here),
        "abstained_ci_low": low,
        "abstained_ci_high": high,
        "count_sampled": sum(one["is_sampled"] for one in here),
        "count_audited": sum(one["is_audited"] for one in here),
    }
    audited = [one for one in here if one["is_audited"] and one["classifier_status"] == "accepted"]
    row |= {"count_audited_accepted": len(audited), "audited_precision": None, "is_miscalibrated": False}
    if audited:
        judged = precision(audited)
        row["audited_precision"] = judged["precision_value"]
        row["precision_ci_low"], row["precision_ci_high"] = judged["ci_low"], judged["ci_high"]
        row["overconfidence"] = judged["mean_confidence"] - judged["precision_value"]
        row["is_miscalibrated"] = not judged["ci_low"] <= judged["mean_confidence"] <= judged["ci_high"]
    return row | shift(here, before)


def shift(here: list[Row], before: list[Row]) -> Row:
    """Population stability index of the codes, and what two samples of one population would show."""
    if not before:
        return {"stability_index": None, "stability_index_by_chance": None, "is_shifted": False}
    now, then = (Counter(row["predicted_code"] for row in group) for group in (here, before))
    codes = now.keys() | then.keys()
    # half a call more for each code, so that one which a side lacks has a logarithm; it makes the samples larger too
    sizes = [len(group) + 0.5 * len(codes) for group in (here, before)]
    index = 0.0
    for code in codes:
        p, q = (now[code] + 0.5) / sizes[0], (then[code] + 0.5) / sizes[1]
        index += (p - q) * math.log(p / q)
    chance = (len(codes) - 1) * (1 / sizes[0] + 1 / sizes[1])
    return {"stability_index": index, "stability_index_by_chance": chance, "is_shifted": index > chance + SHIFT}

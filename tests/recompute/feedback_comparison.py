"""What the feedback to owners says in each row, recomputed and compared."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .comparison import close, key_differences
from .feedback import BASELINE_WEEKS, Feedback, Item, Week, effect
from .intervals import wilson
from .product_run import REPOSITORY, Published, Table, as_date

SEEDS = REPOSITORY / "dbt_project" / "seeds"
# the normal distribution is published by an approximation that is good to 7.5e-8 on each side, which a rank multiplies
# by the number of items; minutes are rounded in each cell
TOLERANCES = {"q_value": 1e-4, "handle_minutes": 1e-4}
TOLERANCE = 1e-6
Row = dict[str, Any]


def seed(name: str) -> list[Row]:
    """The rows of a seed."""
    with (SEEDS / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def rules() -> dict[str, float]:
    """The numbers of the feedback."""
    return {row["rule"]: float(row["number"]) for row in seed("feedback_rules")}


def recomputed(published: Published) -> Feedback:
    """Every item in every week, from the published calls."""
    special = special_weeks(published.table("staging.stg_calendar_events"))
    return Feedback(published.table("marts.fct_calls"), seed("feedback_owners"), rules(), special)


def special_weeks(events: Table) -> frozenset[date]:
    """Mondays of the weeks that an event touches, in UTC."""
    weeks = set()
    for event in events:
        first, last = (at.astimezone(UTC) for at in (event["starts_at"], event["ends_at"] - timedelta(microseconds=1)))
        monday = first.date() - timedelta(days=first.weekday())
        while monday <= last.date():
            weeks.add(monday)
            monday += timedelta(days=7)
    return frozenset(weeks)


def key_of(row: Row) -> tuple[Item, Any]:
    """Item and week of a published row."""
    return (row["owner"], row["party_level"], row["party"], row["reason_code"]), as_date(row["week_start_date"])


def feedback_differences(ours: Feedback, theirs: Table) -> list[str]:
    """Differences in every row of marts.ops_feedback but the answers and their effect."""
    expected = {key: one for key, one in ours.weeks.items() if one.volume}
    rows = {key_of(row): row for row in theirs}
    found = key_differences("item", expected, rows, len(theirs))
    for key in expected.keys() & rows.keys():
        for column, number in week_values(ours, expected[key]).items():
            if not close(number, rows[key][column], TOLERANCES.get(column, TOLERANCE)):
                found.append(f"{column} {key}: ours {number!r}, theirs {rows[key][column]!r}")
    return found


def week_values(ours: Feedback, one: Week) -> Row:
    """The columns of one row."""
    group = [call for call in ours.by_party[one.item[1], one.item[2]][one.start] if call["reason_code"] == one.item[3]]
    minutes = sum(call["handle_seconds"] or 0 for call in group) / 60
    tickets = sum(call["created_ticket"] for call in group)
    low, high = wilson(one.volume, one.calls) or (None, None)
    limits = one.limits or (None, None)
    is_outside = one.limits is not None and not limits[0] <= one.volume / one.calls <= limits[1]
    values: Row = {
        "feedback_id": "|".join(one.item),
        "volume": one.volume,
        "calls": one.calls,
        "rate": one.volume / one.calls,
        "ci_low": low,
        "ci_high": high,
        "weeks_before": one.weeks_before,
        "basis": basis(one),
        "control_low": limits[0],
        "control_high": limits[1],
        "p_value": one.p_value,
        "q_value": one.q_value,
        "is_real": one.is_real,
        "handle_minutes": minutes,
        "tickets": tickets,
        # an amount of money, in cents
        "cost": round(minutes * ours.rules["cost_per_minute"] + tickets * ours.rules["cost_per_ticket"], 2),
        "dispersion": one.dispersion,
    }
    if one.calls_before:
        before = one.volume_before / one.calls_before
        values |= {"rate_before": before, "change": one.change, "excess_volume": one.volume - one.calls * before}
        values["distance"] = (one.distance or 0) / one.dispersion
    values["mix_part"], values["rate_part"] = ours.parts(one) if is_outside else (None, None)
    return values


def basis(one: Week) -> str:
    """What a week is judged by."""
    if one.p_value is None:
        return "not judged"
    return "baseline" if one.weeks_before == BASELINE_WEEKS else "learning"


def effect_differences(ours: Feedback, theirs: Table, as_of: datetime, zone: str) -> tuple[int, list[str]]:
    """Number of fixed items, and the differences of their effects."""
    found, fixed = [], {row["feedback_id"]: row for row in theirs if row["fixed_at"] is not None}
    for row in fixed.values():
        item = key_of(row)[0]
        risen = [
            monday(one.start, zone)
            for (other, _), one in ours.weeks.items()
            if other == item and one.is_real and one.change > 0 and monday(one.start, zone) <= row["fixed_at"]
        ]
        made = effect(ours, item, row["fixed_at"], as_of, min(risen, default=None), ours.rules["effect_weeks"])
        for column, number in made.items():
            if not close(number, row[column], TOLERANCE):
                found.append(f"{column} {item}: ours {number!r}, theirs {row[column]!r}")
    return len(fixed), found


def monday(start: Any, zone: str) -> datetime:
    """The instant a week begins in the reporting time zone."""
    return datetime(start.year, start.month, start.day, tzinfo=ZoneInfo(zone))


def first_and_last_rise(ours: Feedback, item: Item) -> tuple[Any, Any]:
    """Weeks of the first and the last real rise."""
    weeks = [one.start for (other, _), one in ours.weeks.items() if other == item and one.is_real and one.change > 0]
    return min(weeks, default=None), max(weeks, default=None)

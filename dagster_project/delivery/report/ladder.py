"""The containment ladder in words and bars, and the weeks of the repeat contact rate."""

from dataclasses import dataclass
from datetime import date

from dagster_project.delivery.report import formats
from dagster_project.delivery.report.charts import bar
from dagster_project.delivery.report.source import Row

Trends = dict[str, dict[date, Row]]
REPEAT_WEEKS = 6
STEPS = (
    ("M-01a", "Technical", "The assistant ended the call itself, without a person."),
    ("M-01b", "Functional", "It also gave an answer or took an action that was not refused."),
    ("M-01c", "Verified", "And the customer did not come back about it within seven days."),
)


@dataclass(frozen=True)
class Step:
    """One rung: its bar, its words, and the gap to the rung above."""

    metric_id: str
    name: str
    meaning: str
    value: str
    interval: str
    basis: str
    bar: str
    gap: str


@dataclass(frozen=True)
class Ladder:
    """The rungs of one week; `verified_missing` is true while the last rung has to wait."""

    week: date
    steps: list[Step]
    verified_missing: bool


def ladders(trends: Trends, week: date) -> list[Ladder]:
    """Return the ladder of `week` and, when its verified rung waits, of the last final week."""
    now = ladder(trends, week)
    if not now.verified_missing:
        return [now]
    verified = trends.get("M-01c", {})
    final = [monday for monday, row in verified.items() if row["value"] is not None]
    return [now, ladder(trends, max(final))] if final else [now]


def ladder(trends: Trends, week: date) -> Ladder:
    """Return the ladder of one week."""
    rows = {metric_id: trends.get(metric_id, {}).get(week, {}) for metric_id, _, _ in STEPS}
    values = {metric_id: row.get("value") for metric_id, row in rows.items()}
    gaps = {
        "M-01b": _gap(values["M-01a"], values["M-01b"], "gave up"),
        "M-01c": _gap(values["M-01b"], values["M-01c"], "came back"),
    }
    steps = [
        _step(metric_id, name, meaning, rows[metric_id], gaps.get(metric_id, "")) for metric_id, name, meaning in STEPS
    ]
    return Ladder(week, steps, verified_missing=values["M-01c"] is None)


def _gap(above: float | None, below: float | None, words: str) -> str:
    if above is None or below is None:
        return ""
    return f"{(above - below) * 100:.1f} points {words}".replace("-", formats.MINUS)


def _step(metric_id: str, name: str, meaning: str, row: Row, gap: str) -> Step:
    value, low, high = row.get("value"), row.get("ci_low"), row.get("ci_high")
    basis = (
        f"{formats.number(row['numerator'])} of {formats.number(row['denominator'])} calls" if value is not None else ""
    )
    return Step(
        metric_id=metric_id,
        name=name,
        meaning=meaning,
        value=formats.percent(value),
        interval=formats.interval_text(low, high, "share"),
        basis=basis,
        bar=bar(value, low, high, 1.0, metric_id.lower()) if value is not None else "",
        gap=gap,
    )


@dataclass(frozen=True)
class RepeatWeek:
    """Repeat contact of one week: same issue and any reason."""

    week: date
    contacts: str
    same_issue: str
    same_interval: str
    any_reason: str
    any_interval: str
    is_final: bool


def repeat_weeks(trends: Trends, week: date) -> list[RepeatWeek]:
    """Return the last weeks of M-04 and M-04any, newest first."""
    same, any_reason = trends.get("M-04", {}), trends.get("M-04any", {})
    weeks = sorted((monday for monday in same if monday <= week), reverse=True)
    return [_repeat_week(monday, same[monday], any_reason.get(monday, {}))
            for monday in weeks[:REPEAT_WEEKS]]  # fmt: skip


def _repeat_week(monday: date, same: Row, any_reason: Row) -> RepeatWeek:
    return RepeatWeek(
        week=monday,
        contacts=formats.number(same.get("denominator")),
        same_issue=repeat_text(same),
        same_interval=formats.interval_text(same.get("ci_low"), same.get("ci_high"), "share"),
        any_reason=repeat_text(any_reason),
        any_interval=formats.interval_text(any_reason.get("ci_low"), any_reason.get("ci_high"), "share"),
        is_final=same.get("maturity") == "final",
    )


def repeat_text(row: Row) -> str:
    """Return a repeat rate; `at least` where nobody was observed for the whole window."""
    text = formats.percent(row.get("value"))
    return f"at least {text}" if row.get("is_truncated") and row.get("value") is not None else text

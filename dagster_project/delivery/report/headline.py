"""The headline figures of a week, read from `marts.metric_weekly` and nowhere else.

The command line, the run metadata and the report all show what `headline_figures` returns.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from dagster_project.delivery.report import formats, queries
from dagster_project.delivery.report.source import Row, fetch, report_week
from dagster_project.delivery.report.stats import difference_interval

TREND_WEEKS = 12
HEADLINE_IDS = (
    "M-01b", "M-01a", "M-01c", "M-02", "M-04", "M-04any", "M-08", "M-06",
    "M-07a", "M-10", "M-11", "M-12", "M-13", "M-32", "M-30",
)  # fmt: skip


@dataclass(frozen=True)
class Headline:
    """One figure of one week. Shares run from 0 to 1; `change` is against the week before.

    A week too young to compare has no change. `change_is_clear` tells whether the 95 % interval
    of the change leaves out zero, None where a week has no interval or too few cases. `missing_because` says in
    words why there is no value.
    """

    metric_id: str
    name: str
    unit: str
    direction: str
    week_start_date: date
    value: float | None
    ci_low: float | None
    ci_high: float | None
    numerator: float | None
    denominator: float | None
    previous_value: float | None
    change: float | None
    change_is_clear: bool | None
    maturity: str
    median: float | None = None
    p90: float | None = None
    is_truncated: bool = False
    missing_because: str = ""
    metric_kind: str = ""

    @property
    def kind(self) -> str:
        """How the value is written, see `formats.unit_kind`."""
        return formats.unit_kind(self.unit, self.metric_kind)

    def as_row(self) -> tuple[str, ...]:
        """Return id, name, value, interval, cases, value of the week before, maturity."""
        words = self.texts()
        return (
            self.metric_id,
            self.name,
            words["value"],
            words["interval"],
            formats.number(self.denominator) if self.denominator is not None else "",
            formats.value_text(self.previous_value, self.kind),
            self.missing_because or self.maturity,
        )

    def change_words(self) -> str:
        """Return the change against the week before, or why there is none."""
        if self.change is None and self.value is not None and self.previous_value is not None:
            return "not comparable yet"
        return formats.change_text(self.change, self.kind)

    def texts(self) -> dict[str, str]:
        """Return the figure as the words that tables and run metadata show."""
        at_least = "at least " if self.is_truncated and self.value is not None else ""
        return {
            "metric": self.metric_id,
            "name": self.name,
            "value": at_least + formats.value_text(self.value, self.kind),
            "interval": formats.interval_text(self.ci_low, self.ci_high, self.kind),
            "basis": formats.basis_text(self.numerator, self.denominator, self.value, self.kind, self.metric_kind),
            "unit": self.unit if self.kind in ("ratio", "count") else "",
            "quantiles": quantile_text(self),
            "change": self.change_words(),
            "maturity": self.maturity,
            "note": self.missing_because,
        }


def quantile_text(headline: Headline) -> str:
    """Return median and ninetieth percentile in words, as far as the metric has them."""
    words = []
    if headline.median is not None and headline.median != headline.value:
        words.append(f"median {formats.value_text(headline.median, headline.kind)}")
    if headline.p90 is not None:
        words.append(f"90% within {formats.value_text(headline.p90, headline.kind)}")
    return ", ".join(words)


def read_trends(con: duckdb.DuckDBPyConnection, week: date) -> dict[str, dict[date, Row]]:
    """Return the unsliced weekly rows of the twelve weeks up to `week`, by metric and week."""
    first = week - timedelta(weeks=TREND_WEEKS - 1)
    trends: dict[str, dict[date, Row]] = {}
    for row in fetch(con, queries.TREND, first_week=first, week=week):
        trends.setdefault(row["metric_id"], {})[row["week_start_date"]] = row
    return trends


def headline_figures(con: duckdb.DuckDBPyConnection, week: date | None = None) -> list[Headline]:
    """Return the headline figures of the week that starts on the Monday `week`.

    Without a week it is the one that the report is about, see `source.report_week`.
    """
    monday = report_week(con, week)
    trends = read_trends(con, monday)
    registry = {row["metric_id"]: row for row in fetch(con, queries.METRICS)}
    return [
        headline_of(registry[metric_id], trends.get(metric_id, {}), monday)
        for metric_id in HEADLINE_IDS
        if metric_id in registry
    ]


def headline_of(metric: Row, points: dict[date, Row], week: date) -> Headline:
    """Return the figure of one registry metric from its weekly rows."""
    now, before = points.get(week, {}), points.get(week - timedelta(days=7), {})
    metric_id = metric["metric_id"]
    value, previous = now.get("value"), before.get("value")
    change = None
    if value is not None and previous is not None:
        comparable = now["is_comparable"] and before["is_comparable"]
        change = value - previous if comparable else None
    return Headline(
        metric_id=metric_id,
        name=metric["metric_name"],
        unit=metric["unit"],
        direction=metric["direction"],
        week_start_date=week,
        value=value,
        ci_low=now.get("ci_low"),
        ci_high=now.get("ci_high"),
        numerator=now.get("numerator"),
        denominator=now.get("denominator"),
        previous_value=previous,
        change=change,
        change_is_clear=None if change is None else is_clear_change(now, before),
        maturity=now.get("maturity") or "",
        median=now.get("median"),
        p90=now.get("p90"),
        is_truncated=bool(now.get("is_truncated")),
        metric_kind=metric["kind"],
        missing_because="" if value is not None else missing_because(now, metric),
    )


def is_clear_change(now: Row, before: Row) -> bool | None:
    """Tell whether the 95 % interval of the change leaves out zero, None without intervals or with too few cases."""
    if not (now["is_rankable"] and before["is_rankable"]):
        return None
    here, there = _figure(now), _figure(before)
    if here is None or there is None:
        return None
    low, high = difference_interval(here, there)
    return low > 0 or high < 0


def _figure(row: Row) -> tuple[float, float, float] | None:
    value, low, high = row.get("value"), row.get("ci_low"), row.get("ci_high")
    if value is None or low is None or high is None:
        return None
    return value, low, high


def missing_because(row: Row, metric: Row) -> str:
    """Return why a weekly row, empty if there is none, has no value."""
    if not metric["is_published_provisional"] and row.get("maturity") != "final":
        return f"published once every case of the week has had its {metric['window_hours']} hours"
    if not row.get("denominator"):
        return "no such case this week"
    if metric["kind"] == "duration":
        return "half of the cases or more still wait"
    return "too few cases have been followed to their end"

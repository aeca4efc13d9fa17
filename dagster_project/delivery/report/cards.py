"""A metric as a card: the figure in words, its change, its trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from dagster_project.delivery.report import formats, standout
from dagster_project.delivery.report.cells import Cell
from dagster_project.delivery.report.charts import Point, trend_chart
from dagster_project.delivery.report.compare import Family
from dagster_project.delivery.report.headline import TREND_WEEKS, Headline, headline_of
from dagster_project.delivery.report.ladder import Trends
from dagster_project.delivery.report.source import Row


@dataclass(frozen=True)
class Card:
    """A metric with its words, tone and trend chart.

    `trailing` tells the change against the four weeks before, `trailing_is_real` whether it is beyond chance among all
    figures of the week; None where it was not tested.
    """

    headline: Headline
    texts: dict[str, str]
    tone: str
    chart: Markup
    last_value: str
    trailing: str = ""
    trailing_tone: str = "plain"
    trailing_is_real: bool | None = None


def cards(
    ids: Sequence[str], registry: dict[str, Row], trends: Trends, week: date, trailing: "Trailing | None" = None
) -> list[Card]:
    """Return a card for each of these metrics that the registry has, in their order."""
    return [
        card(registry[metric_id], trends.get(metric_id, {}), week, trailing)
        for metric_id in ids
        if metric_id in registry
    ]


class Trailing:
    """The change of the whole shop's figures against the four weeks before."""

    def __init__(self, cells: Sequence[Cell], family: Family) -> None:
        """Take the unsliced cells and their tests, see `standout.overall_changes`."""
        self._cells = {cell.metric_id: cell for cell in cells if cell.slice_by == "all"}
        self._real = {one.cell.metric_id for one in family.found}
        self._tested = set(family.metric_ids)

    def __call__(self, headline: Headline) -> tuple[str, str, bool | None]:
        """Return the change in words, its tone, and whether it is beyond chance."""
        cell = self._cells.get(headline.metric_id)
        if cell is None or headline.value is None:
            return "", "plain", None
        if cell.base_value is None or not cell.is_comparable:
            return "not comparable with earlier weeks yet", "plain", None
        change = headline.value - cell.base_value
        words = (
            f"{formats.change_text(change, headline.kind)} against {formats.value_text(cell.base_value, headline.kind)}"
            f" in the {cell.base_weeks} week{'s' if cell.base_weeks > 1 else ''} before"
        )
        is_real = headline.metric_id in self._real if headline.metric_id in self._tested else None
        return words, standout.tone(headline.direction, change) if is_real else "plain", is_real


def card(metric: Row, points: dict[date, Row], week: date, trailing: Trailing | None = None) -> Card:
    """Return the card of one metric from its weekly rows."""
    headline = headline_of(metric, points, week)
    first = week - timedelta(weeks=TREND_WEEKS - 1)
    mondays = [first + timedelta(weeks=i) for i in range(TREND_WEEKS)]
    trend = [_point(monday, points.get(monday, {})) for monday in mondays]
    published = [point for point in trend if point.value is not None]
    last = published[-1] if published and headline.value is None else None
    words, tone, is_real = trailing(headline) if trailing else ("", "plain", None)
    return Card(
        headline=headline,
        texts=headline.texts(),
        tone=standout.tone(headline.direction, headline.change or 0.0),
        chart=trend_chart(trend, headline.kind, headline.name),
        last_value=(
            f"{formats.value_text(last.value, headline.kind)} in the week of {formats.week_span(last.week)}"
            if last
            else ""
        ),
        trailing=words,
        trailing_tone=tone,
        trailing_is_real=is_real,
    )


def _point(monday: date, row: Row) -> Point:
    return Point(
        week=monday,
        value=row.get("value"),
        low=row.get("ci_low"),
        high=row.get("ci_high"),
        is_provisional=row.get("maturity") == "provisional",
    )

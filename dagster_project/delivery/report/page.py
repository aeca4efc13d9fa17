"""Puts the weekly report together and writes it as one HTML file."""

import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dagster_project.delivery.report import breakdown, formats, ladder, queries, reasons, standout
from dagster_project.delivery.report.cells import Cell, read_cells, reason_shares
from dagster_project.delivery.report.charts import Point, bar, trend_chart
from dagster_project.delivery.report.headline import (
    HEADLINE_IDS,
    TREND_WEEKS,
    Headline,
    headline_of,
    read_trends,
)
from dagster_project.delivery.report.quality import read_quality
from dagster_project.delivery.report.source import Row, fetch, read_context, report_week

TEMPLATES = Path(__file__).parent / "templates"
# Reasons are counted with the calls under the escalation rate: engaged and inbound.
CALLS_METRIC = "M-08"
CELL_METRICS = sorted({*standout.OVERALL_IDS, *standout.SLICED_IDS, *breakdown.SERVICE_IDS})
CELL_SLICES = ["all", "carrier", "region", "segment", "carrier+region"]
REASON_SLICES = [
    "all", "carrier", "region", "reason_code", "carrier+reason_code", "region+reason_code",
]  # fmt: skip


@dataclass(frozen=True)
class Card:
    """A headline figure with its words, tone and trend chart."""

    headline: Headline
    texts: dict[str, str]
    tone: str
    chart: Markup
    last_value: str


def report_path(out_dir: Path, week: date) -> Path:
    """Return where the report of a week lies."""
    return out_dir / f"weekly_{week.isoformat()}.html"


def write_weekly_report(con: duckdb.DuckDBPyConnection, out_dir: Path, week_start: date | None = None) -> Path:
    """Write `weekly_<week_start_date>.html` and return its path.

    The file appears whole or not at all; an older report of the same week is replaced.

    Args:
        con: a published warehouse, read-only is enough.
        out_dir: folder of the reports, made if missing.
        week_start: Monday of the week; by default the last complete week with calls.

    Raises:
        ValueError: `week_start` is not a Monday, or the warehouse was never built by a run.
    """
    week = report_week(con, week_start)
    html = render(con, week)
    out_dir.mkdir(parents=True, exist_ok=True)
    path = report_path(out_dir, week)
    beside = path.with_suffix(".html.part")
    beside.write_text(html, encoding="utf-8")
    os.replace(beside, path)
    return path


def render(con: duckdb.DuckDBPyConnection, week: date) -> str:
    """Return the page of the week that starts on the Monday `week`."""
    context = read_context(con)
    registry = {row["metric_id"]: row for row in fetch(con, queries.METRICS)}
    named = reasons.Reasons(fetch(con, queries.REASON_CODES))
    trends = read_trends(con, week)
    cells = read_cells(con, week, CELL_METRICS, CELL_SLICES)
    shares = reason_shares(read_cells(con, week, [CALLS_METRIC], REASON_SLICES))
    speaker = standout.Speaker(registry, named)
    return environment().get_template("page.html.j2").render(
        css=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
        run=context,
        week=week,
        is_complete=context.as_of_local.date() >= week + timedelta(days=7),
        stand_out=standout.stand_out(cells, shares, speaker),
        cards=cards(registry, trends, week),
        ladders=ladder.ladders(trends, week),
        reasons=reason_section(shares, named),
        repeat_weeks=ladder.repeat_weeks(trends, week),
        service=[
            breakdown.service_table(cells, name, registry) for name in breakdown.DIMENSIONS
        ],
        on_time=on_time(cells, registry),
        quality=read_quality(con, week, context.run_id),
        definitions=[registry[name] for name in HEADLINE_IDS if name in registry],
    )  # fmt: skip


def on_time(cells: list[Cell], registry: dict[str, Row]) -> list[breakdown.Table]:
    """Return the on-time tables by carrier and by region."""
    metric = registry["M-32"]
    return [breakdown.on_time_table(cells, name, metric) for name in ("carrier", "region")]


def environment() -> Environment:
    """Return the template environment: everything from data is escaped, nothing may be missing."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        number=formats.number,
        percent=formats.percent,
        day=formats.day,
        week_span=formats.week_span,
        week_short=formats.week_short,
        iso_week=formats.iso_week,
        plain=formats.plain,
        sentence=formats.sentence,
    )
    env.globals.update(
        share_bar=share_bar,
        change_of=lambda cell: breakdown.change_of(cell, "share"),
        interval=lambda cell: formats.interval_text(cell.ci_low, cell.ci_high, "share"),
    )
    return env


def cards(registry: dict[str, Row], trends: ladder.Trends, week: date) -> list[Card]:
    """Return a card for each headline metric of the registry, in the order of `HEADLINE_IDS`."""
    return [
        card(registry[metric_id], trends.get(metric_id, {}), week)
        for metric_id in HEADLINE_IDS
        if metric_id in registry
    ]


def card(metric: Row, points: dict[date, Row], week: date) -> Card:
    """Return the card of one metric from its weekly rows."""
    headline = headline_of(metric, points, week)
    first = week - timedelta(weeks=TREND_WEEKS - 1)
    mondays = [first + timedelta(weeks=i) for i in range(TREND_WEEKS)]
    trend = [_point(monday, points.get(monday, {})) for monday in mondays]
    published = [point for point in trend if point.value is not None]
    last = published[-1] if published and headline.value is None else None
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
    )


def _point(monday: date, row: Row) -> Point:
    return Point(
        week=monday,
        value=row.get("value"),
        low=row.get("ci_low"),
        high=row.get("ci_high"),
        is_provisional=row.get("maturity") == "provisional",
    )


def reason_section(shares: list[Cell], named: reasons.Reasons) -> dict[str, Any]:
    """Return what the reasons section shows."""
    verified, states = reasons.split_overall(shares, named)
    shown = verified[: reasons.TOP_OVERALL]
    return {
        "named": named,
        "top": shown,
        "hidden": len(verified) - len(shown),
        "hidden_calls": sum(cell.numerator or 0 for cell in verified[len(shown) :]),
        "states": states,
        "scale": max((cell.ci_high or 0.0 for cell in [*shown, *states]), default=1.0),
        "calls": shown[0].denominator if shown else 0,
        "places": [(name, reasons.by_place(shares, name, named)) for name in ("carrier", "region")],
        "matrices": [reasons.delivery_matrix(shares, name, named) for name in ("carrier", "region")],
    }


def share_bar(cell: Cell, scale: float) -> Markup:
    """Return the bar of a reason's share on the common axis of its table."""
    return bar(cell.value or 0.0, cell.ci_low, cell.ci_high, scale)
